"""A plan that loses a check would let a drill pass that should not: none is lost without somebody who changes it."""

from __future__ import annotations

import pytest

from harness.verdict import CHECKS
from tests.drill.planned import FOLDER, plan_of
from tests.drill.rehearsing import STORIES

#: They tell what a runbook has to reckon with; no restore fails by them.
READ = {"ghost-diagnosed", "job-as-written", "elected-by-all", "address-in-backup", "requests-lost"}


@pytest.mark.parametrize("drill", STORIES)
def test_a_drill_plans_what_it_planned(drill: str) -> None:
    assert plan_of(drill) == (FOLDER / f"{drill}.txt").read_text()


def test_each_check_is_required_by_a_drill_but_those_that_are_there_to_be_read() -> None:
    lines = [line for drill in STORIES for line in plan_of(drill).splitlines()]
    judged = {line.partition("[")[2].partition("]")[0] for line in lines}
    required = {line.partition("[")[2].partition("]")[0] for line in lines if line.startswith("required")}
    assert judged == {check.name for check in CHECKS}
    assert judged - required == READ


def test_nothing_is_kept_of_drills_that_are_no_more() -> None:
    assert {file.stem for file in FOLDER.glob("*.txt")} == set(STORIES)
