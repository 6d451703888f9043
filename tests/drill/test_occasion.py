"""Whoever reads a report finds who started the drill and why."""

from __future__ import annotations

import pytest

from harness.drill.occasion import occasion

GITHUB = {
    "GITHUB_ACTIONS": "true",
    "GITHUB_EVENT_NAME": "schedule",
    "GITHUB_ACTOR": "ada",
    "GITHUB_RUN_ID": "7",
    "GITHUB_SERVER_URL": "https://github.example",
    "GITHUB_REPOSITORY": "ops/drills",
}


def test_a_nightly_job_is_told_with_its_page() -> None:
    told = occasion(GITHUB)
    assert (told.trigger, told.tester) == ("GitHub Actions: schedule", "ada, by GitHub Actions")
    assert told.job == "https://github.example/ops/drills/actions/runs/7"


@pytest.mark.parametrize(
    ("environment", "trigger", "tester", "job"),
    [
        (
            {"GITLAB_CI": "true", "CI_PIPELINE_SOURCE": "web", "GITLAB_USER_LOGIN": "bo", "CI_JOB_URL": "https://j/1"},
            "GitLab CI: web",
            "bo, by GitLab CI",
            "https://j/1",
        ),
        ({"JENKINS_URL": "https://j", "BUILD_URL": "https://j/2"}, "Jenkins: not told", "Jenkins", "https://j/2"),
        ({"SUDO_USER": "cy", "TERM": "xterm", "INVOCATION_ID": "1"}, "manual", "cy", ""),
        ({"SUDO_USER": "cy", "INVOCATION_ID": "1"}, "systemd", "cy", ""),
    ],
)
def test_each_way_to_start_is_told_apart(environment: dict[str, str], trigger: str, tester: str, job: str) -> None:
    told = occasion(environment)
    assert (told.trigger, told.tester, told.job) == (trigger, tester, job)


def test_what_the_user_says_goes_first() -> None:
    told = occasion({**GITHUB, "KUBEDRILL_TRIGGER": "audit of March", "KUBEDRILL_TESTER": "Dee (platform)"})
    assert (told.trigger, told.tester) == ("audit of March", "Dee (platform)")


def test_a_person_without_a_name_is_no_error(monkeypatch: pytest.MonkeyPatch) -> None:
    def nobody() -> str:
        raise OSError("no such user")

    monkeypatch.setattr("getpass.getuser", nobody)
    assert occasion({"TERM": "xterm"}).tester == "not told"
