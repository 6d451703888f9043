"""`kubedrill diff` ends as scripts need it."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest

from tests.report.past.nights import FIRST, perform

Command = Callable[..., int]


def test_the_status_says_whether_anything_got_worse(
    kubedrill: Command, home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    reports = home / "reports"
    good = perform(reports, FIRST, ["a", "b"]).name
    bad = perform(reports, FIRST + timedelta(days=1), ["a", "b"], verdict="failed", cause="too slow").name
    (reports / "latest").symlink_to(bad)
    assert kubedrill("diff", good, good) == 0
    assert "Nothing got worse" in capsys.readouterr().out
    assert kubedrill("diff", good, "latest") == 1
    shown = capsys.readouterr().out
    assert "worse    verdict: passed -> failed: too slow" in shown
    assert kubedrill("diff", "latest", good) == 0
    assert "better   verdict: failed -> passed" in capsys.readouterr().out
    assert kubedrill("diff", f"./reports/{good}/a", f"./reports/{bad}/b", "--json") == 1
    told = json.loads(capsys.readouterr().out)
    assert (told["worse"], [one["drill"] for one in told["drills"]]) == (1, ["a -> b"])


def test_what_befell_many_checks_for_one_reason_is_said_once(
    kubedrill: Command, home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    rows = [{"check": name, "required": True, "params": {}} for name in ("dns", "rpo")]
    held, blocked = ([{**row, "outcome": word} for row in rows] for word in ("held", "blocked"))
    first = perform(home / "reports", FIRST, ["a"], findings=held).name
    second = perform(home / "reports", FIRST, ["a"], number=1, findings=blocked).name
    assert kubedrill("diff", first, second) == 1
    assert "dns, rpo: held -> blocked" in capsys.readouterr().out


def test_what_is_tolerated_is_up_to_the_caller(kubedrill: Command, home: Path) -> None:
    first = perform(home / "reports", FIRST, ["a"], seconds=1).name
    rto = {"target_seconds": 120.0, "control_plane_seconds": 18.2, "workload_seconds": 37.0}
    second = perform(home / "reports", FIRST, ["a"], number=1, rto=rto).name
    assert kubedrill("diff", first, second) == 0
    assert kubedrill("diff", first, second, "--tolerance", "5") == 1
    assert kubedrill("diff", first, second, "--tolerance", "5", "--least", "10") == 0


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["20260301-023000-0000", "20260301-023000-ffff"], "There is no run"),
        (["20260301-023000-0000", "nonsense"], "is not the name of a run"),
        (["20260301-023000-0000", "./empty"], "There is no report of a drill"),
        (["20260301-023000-0000"], "Missing argument"),
    ],
)
def test_bad_input_is_2(
    kubedrill: Command, home: Path, capsys: pytest.CaptureFixture[str], words: list[str], said: str
) -> None:
    perform(home / "reports", FIRST, ["a"])
    (home / "empty").mkdir()
    assert kubedrill("diff", *words) == 2
    assert said in capsys.readouterr().err
