"""Two runs are held against each other by what they proved, and times only by more than is tolerated."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from harness.report import write_reports
from harness.report.past.difference import Direction, DrillDifference, Tolerance, compare
from harness.report.past.green import read_report
from tests.report.past.nights import FIRST, report
from tests.report.test_reports import failed, folder
from tests.verdict import story

WORSE, BETTER, CHANGED = Direction.WORSE, Direction.BETTER, Direction.CHANGED


def night(**more: Any) -> dict[str, Any]:
    return report("r", "a", FIRST) | more


def finding(outcome: str, *, check: str = "dns", required: bool = True, **params: Any) -> dict[str, Any]:
    return {"check": check, "outcome": outcome, "required": required, "cause": "", "params": params}


def between(before: dict[str, Any] | None, after: dict[str, Any] | None) -> DrillDifference:
    sides: list[dict[str, dict[str, Any]]] = [{"a": one} if one is not None else {} for one in (before, after)]
    (found,) = compare(sides[0], sides[1], Tolerance())
    return found


def told(found: DrillDifference) -> list[tuple[str, Direction]]:
    return [(one.what, one.direction) for one in found.differences]


def test_a_run_is_no_different_from_itself() -> None:
    assert told(between(night(), night())) == []


@pytest.mark.parametrize(
    ("before", "after", "direction"),
    [
        ("passed", "failed", WORSE),
        ("passed", "errored", WORSE),
        ("failed", "passed", BETTER),
        ("failed", "inconclusive", CHANGED),
        ("errored", "failed", CHANGED),
    ],
)
def test_only_a_pass_is_better_than_anything(before: str, after: str, direction: Direction) -> None:
    assert told(between(night(verdict=before), night(verdict=after))) == [("verdict", direction)]


@pytest.mark.parametrize(
    ("before", "after", "direction"),
    [
        ("held", "broken", WORSE),
        ("held", "blocked", WORSE),
        ("observed", "errored", WORSE),
        ("broken", "held", BETTER),
        ("broken", "blocked", CHANGED),
        ("held", "observed", CHANGED),
    ],
)
def test_a_finding_is_told_by_its_check_and_its_machine(before: str, after: str, direction: Direction) -> None:
    sides = [night(findings=[finding("held"), finding(one, machine="master1")]) for one in (before, after)]
    assert told(between(*sides)) == [("dns on master1", direction)]


def test_a_check_that_held_and_is_not_asked_any_more_is_a_loss() -> None:
    assert told(between(night(findings=[finding("held")]), night())) == [("dns", WORSE)]
    assert told(between(night(findings=[finding("observed", required=False)]), night())) == [("dns", CHANGED)]
    assert told(between(night(), night(findings=[finding("broken")]))) == [("dns", WORSE)]
    assert told(between(night(), night(findings=[finding("held")]))) == [("dns", CHANGED)]


def test_two_findings_of_one_check_on_one_machine_are_two() -> None:
    before = night(findings=[finding("held", machine="m", count=1), finding("held", machine="m", count=2)])
    after = night(findings=[finding("held", machine="m", count=1), finding("broken", machine="m", count=2)])
    assert told(between(before, after)) == [("dns on m, 2", WORSE)]


def test_a_drill_that_is_not_performed_any_more_is_worse_and_a_new_one_is_not() -> None:
    assert told(between(night(), None)) == [("verdict", WORSE)]
    assert told(between(None, night(verdict="failed"))) == [("verdict", CHANGED)]


@pytest.mark.parametrize(
    ("seconds", "expected"),
    [(39.2, []), (39.3, [("workload back", WORSE)]), (23.6, []), (23.5, [("workload back", BETTER)])],
)
def test_a_time_counts_only_beyond_what_is_tolerated(seconds: float, expected: list[Any]) -> None:
    after = night(rto={"control_plane_seconds": 18.2, "workload_seconds": seconds, "target_seconds": 120.0})
    assert told(between(night(), after)) == expected


def test_what_is_not_measured_any_more_is_worse() -> None:
    after = night(rto={"control_plane_seconds": None, "workload_seconds": 31.4, "target_seconds": 120.0})
    assert told(between(night(), after)) == [("control plane back", WORSE)]


def test_memory_loss_and_phases_are_compared_too() -> None:
    before = night(phases=[{"name": "recovery", "seconds": 8.0}, {"name": "recovery", "seconds": 8.0}])
    after = night(
        phases=[{"name": "recovery", "seconds": 60.0}],
        memory={"peak_mib": 4000.0},
        rpo={"target_seconds": 0.0, "measured_seconds": 9.0},
    )
    found = told(between(before, after))
    assert found == [("data lost", WORSE), ("peak memory", WORSE), ("phase 'recovery'", WORSE)]


def test_what_broke_off_is_not_called_quicker() -> None:
    before = night(phases=[{"name": "recovery", "seconds": 60.0}])
    after = night(phases=[{"name": "recovery", "seconds": 2.0}], verdict="failed")
    assert told(between(before, after)) == [("verdict", WORSE), ("phase 'recovery'", CHANGED)]
    assert told(between(after, before)) == [("verdict", BETTER), ("phase 'recovery'", CHANGED)]


def test_times_of_other_machines_are_not_compared() -> None:
    after = night(fidelity="vm-kvm", rto={"control_plane_seconds": 900.0, "workload_seconds": 900.0})
    found = between(night(), after)
    assert told(found) == []
    assert found.incomparable == "fidelity was 'container' and is 'vm-kvm'"
    assert ("fidelity", "container", "vm-kvm") in [(one.what, one.before, one.after) for one in found.conditions]


def test_without_a_report_the_journal_tells(tmp_path: Path) -> None:
    first, second = folder(tmp_path / "a", story.passed()), folder(tmp_path / "b", failed())
    write_reports(first)
    found = between(dict(read_report(first)), dict(read_report(second)))
    assert ("verdict", WORSE) in told(found)
    assert ("join-hash on master1", WORSE) in told(found)
    assert not (second / "report.json").exists()


def test_damaged_reports_are_errored_and_never_equal_to_a_pass(tmp_path: Path) -> None:
    (tmp_path / "report.json").write_text("{")
    assert told(between(night(), dict(read_report(tmp_path))))[0] == ("verdict", WORSE)
    strange = json.loads('{"verdict": "passed", "findings": [7, {"params": 3}], "phases": 9, "rto": [], "host": 4}')
    assert between(strange, strange).differences == ()
