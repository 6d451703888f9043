"""A cover of the matrix: what it shows, and what it can do without."""

from __future__ import annotations

import dataclasses
from collections import Counter

from harness.cli.matrix.cover import covering
from harness.cli.matrix.plan import plan_cells
from harness.drill.catalog import find_drills, scenario_places
from harness.report.matrix import Matrix, MatrixCell, reasons
from harness.report.matrix_page import summary_line

KNOWN = find_drills(scenario_places())
ALL = plan_cells(["all"], KNOWN, "container")
COVER = plan_cells(["cover"], KNOWN, "container")


def cell(drill: str, sabotage: str, reason: str = "") -> MatrixCell:
    return MatrixCell(drill=drill, sabotage=sabotage, expected_verdict="failed", expected_names="it", reason=reason)


def test_a_cover_shows_each_sabotage_and_each_drill_with_two() -> None:
    asked = [cell for cell in COVER if cell.applies]
    assert {cell.sabotage for cell in asked} == {cell.sabotage for cell in ALL if cell.applies}
    drills = Counter(cell.drill for cell in asked)
    assert min(drills[drill.name] for drill in KNOWN) >= 2


def test_a_cover_is_a_fraction_of_the_matrix_and_leaves_no_cell_out_in_silence() -> None:
    asked = [cell for cell in COVER if cell.applies]
    assert len(asked) < sum(cell.applies for cell in ALL) / 3
    assert len(COVER) == len(ALL)
    assert all(cell.applies or cell.why_empty for cell in COVER)


def test_no_cell_is_left_out_where_all_are_asked_for() -> None:
    assert not any(cell.left_out for cell in ALL)


def test_a_sabotage_with_a_choice_is_shown_where_little_is_shown_and_few_machines_are_needed() -> None:
    cells = (cell("big", "any"), cell("small", "any"), cell("small", "rare"), cell("tiny", "rare", "not for it"))
    asked = [(one.drill, one.sabotage) for one in covering(cells, {"big": 5, "small": 2, "tiny": 1}) if one.applies]
    assert asked == [("big", "any"), ("small", "any"), ("small", "rare")]
    without_big = [(one.drill, one.sabotage) for one in covering(cells[1:], {"small": 2, "tiny": 1}) if one.applies]
    assert without_big == [("small", "any"), ("small", "rare")]


def test_what_is_left_out_is_neither_missing_nor_said_not_to_apply() -> None:
    ended = dataclasses.replace(cell("a", "x"), verdict="failed", as_expected=True)
    cells = (ended, dataclasses.replace(cell("a", "y"), left_out=True), cell("a", "z", "no"))
    matrix = Matrix(run="r", provider="container", kubernetes="v1.34.4", cells=cells)
    assert matrix.status == 0
    assert summary_line(matrix) == "1 of 1 cell as expected; 1 do not apply, 1 are left out of the cover."
    assert set(reasons(cells)) == {("y", "it applies, but other cells of the cover show it"), ("z", "no")}
