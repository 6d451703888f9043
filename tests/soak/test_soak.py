"""The soak itself: it ends in time, leaves out what is slow, and hides nothing."""

from __future__ import annotations

import argparse
import json
import subprocess
from collections.abc import Sequence
from pathlib import Path

import pytest

from tests.soak import __main__ as command
from tests.soak import round as performing
from tests.soak.__main__ import page, small_drills, soak
from tests.soak.round import Round, perform


def done(*drills: str, seconds: float = 100.0, verdict: str = "passed", took: float = 60.0) -> Round:
    reports = tuple({"drill": one, "verdict": verdict, "seconds": took, "cause": "why"} for one in drills)
    return Round(run="r", seconds=seconds, status=0, reports=reports, left=())


def test_rounds_end_before_the_time_is_over_and_there_is_always_one() -> None:
    now = 0.0

    def performed(drills: Sequence[str]) -> Round:
        nonlocal now
        now += 100
        return done(*drills)

    assert len(list(soak(["a"], 350, 180, performed, clock=lambda: now))) == 3
    assert len(list(soak(["a"], 1, 180, performed, clock=lambda: now))) == 1


def test_a_drill_that_passes_slowly_is_performed_once() -> None:
    asked: list[tuple[str, ...]] = []

    def performed(drills: Sequence[str]) -> Round:
        asked.append(tuple(drills))
        slow = {"drill": "slow", "verdict": "passed", "seconds": 200.0}
        hung = {"drill": "hung", "verdict": "errored", "seconds": 900.0}
        reports = tuple(one for one in (slow, hung, *done("fast").reports) if one["drill"] in drills)
        return Round(run="r", seconds=10, status=0, reports=reports, left=())

    list(soak(["slow", "hung", "fast"], 35, 180, performed, clock=lambda: 10.0 * len(asked)))
    assert asked[0] == ("slow", "hung", "fast")
    assert set(asked[1:]) == {("hung", "fast")}, "what does not pass is looked at again, however long it took"


def test_small_labs_are_those_of_few_machines() -> None:
    small = small_drills("rehearsal")
    assert {"os-disk-swap", "os-disk-swap-worker", "data-disk-failure"} <= set(small)
    assert "quorum-loss" not in small


def test_each_cause_and_all_that_is_left_is_on_the_page() -> None:
    wish = argparse.Namespace(provider="rehearsal", workers=2)
    bad = Round(run="r2", seconds=60, status=3, reports=done("a", verdict="errored").reports, left=("mount: /x",))
    told = page([done("a"), bad], wish, ["The host's clock was set back by 3.5 s"])
    assert "2 rounds in 3 minutes: 1 of 2 drills passed." in told
    assert "- `a` in run r2 errored: why" in told
    assert "- left by run r2: mount: /x" in told
    assert "- on the host: The host's clock was set back by 3.5 s" in told
    assert not bad.passed


@pytest.mark.parametrize(
    ("said", "left", "status", "passed"),
    [
        ({"run": "r", "drills": [{"drill": "a", "verdict": "passed"}]}, [], 0, True),
        ({"run": "r", "drills": [{"drill": "a", "verdict": "passed"}]}, [], 3, False),
        ({"run": "r", "drills": [{"drill": "a", "verdict": "passed"}]}, ["netns: r"], 0, False),
        ({"run": "r", "drills": [{"drill": "a", "verdict": "failed"}]}, [], 1, False),
        ({"run": "r", "drills": []}, [], 0, False),
        ("nonsense", [], 0, False),
    ],
)
def test_a_round_passes_by_its_reports_its_status_and_a_clean_host(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, said: object, left: list[str], status: int, passed: bool
) -> None:
    (tmp_path / "r").mkdir()

    def kubedrill(*_: str, timeout: float) -> subprocess.CompletedProcess[str]:  # noqa: ARG001
        return subprocess.CompletedProcess((), status, stdout=json.dumps(said), stderr="boom")

    monkeypatch.setattr(performing, "kubedrill", kubedrill)
    monkeypatch.setattr(performing, "left_on_host", lambda _: left)
    one = perform(["a"], "rehearsal", 2, tmp_path)
    assert one.passed is passed
    assert (tmp_path / "r").exists() is not passed, "what did not pass is kept"


def test_the_status_is_that_of_the_worst_round(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(command, "kubedrill", lambda *_: subprocess.CompletedProcess((), 0, stdout=""))
    words = ("a", "--provider", "rehearsal", "--minutes", "0.01", "--table", str(tmp_path / "soak.md"))
    for one, status in ((done("a"), 0), (done("a", verdict="errored"), 1)):
        monkeypatch.setattr(command, "_perform", lambda *_, one=one: one)
        assert command.main(words) == status
    assert "`a` in run r errored: why" in (tmp_path / "soak.md").read_text()
