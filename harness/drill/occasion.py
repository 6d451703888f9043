"""Why a drill is performed, by whom, and where: what CI and the host say of it, for who has to answer for it."""

from __future__ import annotations

import getpass
from collections.abc import Mapping
from dataclasses import dataclass

#: What the user says goes before what is found out.
TRIGGER, TESTER = "KUBEDRILL_TRIGGER", "KUBEDRILL_TESTER"
#: For each CI: the variable that shows it, and those of trigger, person and page of the job.
_CI = (
    ("GITHUB_ACTIONS", "GITHUB_EVENT_NAME", "GITHUB_ACTOR", "GITHUB_RUN_ID"),
    ("GITLAB_CI", "CI_PIPELINE_SOURCE", "GITLAB_USER_LOGIN", "CI_JOB_URL"),
    ("JENKINS_URL", "BUILD_CAUSE", "BUILD_USER_ID", "BUILD_URL"),
    ("TF_BUILD", "BUILD_REASON", "BUILD_REQUESTEDFOR", "BUILD_BUILDID"),
)
_NAMES = {
    "GITHUB_ACTIONS": "GitHub Actions",
    "GITLAB_CI": "GitLab CI",
    "JENKINS_URL": "Jenkins",
    "TF_BUILD": "Azure Pipelines",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Occasion:
    """What started a drill, who answers for the start, and where that is on record."""

    trigger: str
    tester: str
    job: str


def occasion(environment: Mapping[str, str]) -> Occasion:
    """The occasion as the environment tells it; a CI that does not say who started it is itself the tester."""
    for shows, cause, person, page in _CI:
        if environment.get(shows):
            name = _NAMES[shows]
            trigger = environment.get(cause) or "not told"
            tester = f"{environment[person]}, by {name}" if environment.get(person) else name
            return _said(environment, f"{name}: {trigger}", tester, _job(environment, page))
    by_timer = environment.get("INVOCATION_ID") and not environment.get("TERM")
    return _said(environment, "systemd" if by_timer else "manual", _person(environment), "")


def _said(environment: Mapping[str, str], trigger: str, tester: str, job: str) -> Occasion:
    return Occasion(trigger=environment.get(TRIGGER) or trigger, tester=environment.get(TESTER) or tester, job=job)


def _job(environment: Mapping[str, str], page: str) -> str:
    told = environment.get(page, "")
    if page == "GITHUB_RUN_ID" and told:
        server, repository = environment.get("GITHUB_SERVER_URL", ""), environment.get("GITHUB_REPOSITORY", "")
        return f"{server}/{repository}/actions/runs/{told}"
    return told


def _person(environment: Mapping[str, str]) -> str:
    """Who asked for root stands behind what root does."""
    if environment.get("SUDO_USER"):
        return environment["SUDO_USER"]
    try:
        return getpass.getuser()
    except (OSError, KeyError, ImportError):
        return "not told"
