"""`kubedrill history` tells people and scripts how each drill did, and since when one does not pass."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest

from harness.cli.run.request import rhythm_of
from harness.spec.settings import Settings
from tests.cli.stage import parent, request
from tests.report.past.nights import FIRST, nightly, perform, run_id

Command = Callable[..., int]


def test_the_table_has_a_row_for_each_drill_and_the_page_is_written(
    kubedrill: Command, home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    nightly(home / "reports", 3)
    assert kubedrill("history", "--as-of", "2026-03-03T12:00") == 0
    shown = capsys.readouterr().out
    assert [line.split()[:2] for line in shown.splitlines()[1:]] == [
        ["os-disk-swap", "passed"],
        ["quorum-loss", "passed"],
        ["rollback", "passed"],
    ]
    assert (home / "reports/index.html").exists()


def test_drills_that_are_named_are_shown_night_by_night(
    kubedrill: Command, home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    nightly(home / "reports", 3)
    assert kubedrill("history", "rollback") == 0
    shown = capsys.readouterr().out
    assert "quorum-loss" not in shown
    assert run_id(FIRST, 0) in shown
    assert kubedrill("history", "rolback") == 2
    assert "Did you mean 'rollback'" in capsys.readouterr().err


def test_since_green_names_the_last_green_run_the_first_red_one_and_what_changed(
    kubedrill: Command, home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    reports = home / "reports"
    nightly(reports, 3, ["a"])
    for number in (3, 4):
        perform(
            reports,
            FIRST + timedelta(days=number),
            ["a"],
            verdict="failed",
            cause="too slow",
            image="other",
            commit="e" * 12,
            seed=number,
            rto={"target_seconds": 60.0, "control_plane_seconds": 70.0},
            findings=[{"check": "dns", "required": True, "outcome": "held", "params": {"machine": "master1"}}],
        )
    assert kubedrill("history", "--since-green", "--json") == 0
    (found,) = json.loads(capsys.readouterr().out)["since_green"]
    assert found["green"]["run"] == run_id(FIRST + timedelta(days=2), 2)
    assert found["red"]["run"] == run_id(FIRST + timedelta(days=3))
    assert found["runs_since"] == 2
    assert {one["what"]: (one["before"], one["after"]) for one in found["changes"]} == {
        "node image": ("9b1f6c2a77d0", "other"),
        "commit of Kubedrill": ("462d352e9f01", "e" * 12),
        "seed": ("7", "3"),
        "RTO target": ("120.0 s", "60.0 s"),
        "check dns on master1": ("not on record", "required"),
    }
    assert kubedrill("history", "--since-green") == 0
    shown = capsys.readouterr().out
    assert "node image: 9b1f6c2a77d0 -> other" in shown
    assert f"kubedrill repro {run_id(FIRST + timedelta(days=3))} a" in shown


def test_since_green_of_a_drill_that_never_passed_says_so(
    kubedrill: Command, home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    perform(home / "reports", FIRST, ["a"], verdict="failed", cause="no")
    assert kubedrill("history", "--since-green") == 0
    assert "never, in the runs that are kept here" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("more", "every", "status"),
    [({}, "26", 0), ({}, "1", 1), ({"verdict": "failed"}, "26", 1), ({"fidelity": "rehearsal"}, "26", 1)],
)
def test_with_check_the_status_says_whether_anything_is_to_be_worried_about(
    kubedrill: Command, home: Path, more: dict[str, str], every: str, status: int
) -> None:
    perform(home / "reports", FIRST, ["a"], **more)
    assert kubedrill("history", "--check", "--every", every, "--as-of", "2026-03-01T20:00") == status
    assert kubedrill("history", "--every", every, "--as-of", "2026-03-01T20:00") == 0


def test_the_rhythm_may_be_written_down(kubedrill: Command, home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    nightly(home / "reports", 1, ["a", "b"])
    (home / "kubedrill.toml").write_text("[history]\nevery_hours = 26\ndrills = { b = 100 }\n")
    assert kubedrill("history", "--json", "--as-of", "2026-03-03") == 0
    drills = json.loads(capsys.readouterr().out)["drills"]
    assert {one["drill"]: (one["every_hours"], one["stale"]) for one in drills} == {"a": (26, True), "b": (100, False)}


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--as-of", "tomorrow"], "'tomorrow' is no moment"),
        (["--every", "0"], "0"),
        (["--reports", "nowhere"], "'nowhere' is not a folder"),
    ],
)
def test_wrong_input_is_one_sentence(
    kubedrill: Command, home: Path, capsys: pytest.CaptureFixture[str], words: list[str], said: str
) -> None:
    (home / "reports").mkdir()
    assert kubedrill("history", *words) == 2
    assert said in capsys.readouterr().err


def test_each_run_writes_the_page_and_is_none_the_worse_if_it_cannot(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert parent("passed")[0].perform(request(home / "reports")).remarks == ()
    assert "os-disk-swap" in (home / "reports/index.html").read_text()

    def broken(*_: object) -> None:
        raise ValueError("a run of somebody else")

    monkeypatch.setattr("harness.cli.run.parent.write_index", broken)
    result = parent("passed")[0].perform(request(home / "reports"))
    assert result.status == 0
    assert "a run of somebody else" in result.remarks[0]


def test_what_the_policy_demands_is_overdue_after_its_days_unless_the_history_says_otherwise() -> None:
    demanded = {"drills": {"rollback": {"every_days": 7}, "drain": {"every_days": 30}}}
    rhythm = rhythm_of(Settings.model_validate({"policy": demanded, "history": {"drills": {"drain": 26}}}))
    assert rhythm.drills == {"rollback": timedelta(days=7), "drain": timedelta(hours=26)}
