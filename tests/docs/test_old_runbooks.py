"""What the page on old runbooks names can be seen: each finding is made, and each sabotage applies."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from harness.cli.matrix.plan import plan_cells
from harness.drill.catalog import find_drills, scenario_places
from harness.drill.cell import Cell
from harness.verdict import Finding, Outcome, judge
from tests.drill.rehearsing import STORIES, rehearse

PAGE = Path(__file__).resolve().parents[2] / "docs" / "old-runbooks.md"
ROWS = [line.strip("|").split(" | ") for line in PAGE.read_text().splitlines() if line.startswith("| ")][1:]
SHOWN = [one.strip() for row in ROWS for one in row[3].split(";")]


def names(text: str) -> list[str]:
    return re.findall(r"`([^`]+)`", text)


def spoiled() -> list[Cell]:
    return [Cell(drill=names(one)[0], sabotage=names(one)[1]) for one in SHOWN if " with " in one]


def found() -> list[tuple[str, list[str]]]:
    return [(names(one)[0], names(one)[1:]) for one in SHOWN if " with " not in one]


def test_each_row_says_what_where_and_how() -> None:
    assert len(ROWS) >= 10
    assert all(len(row) == 4 and all(cell.strip() for cell in row) for row in ROWS)
    assert len(spoiled()) + len(found()) == len(SHOWN)
    assert all(checks for _, checks in found())


def test_each_spoiled_drill_is_a_cell_of_the_matrix() -> None:
    cells = plan_cells(["all"], find_drills(scenario_places()), "rehearsal")
    assert set(spoiled()) <= {Cell(drill=cell.drill, sabotage=cell.sabotage) for cell in cells if cell.applies}


@pytest.mark.parametrize("drill", sorted({drill for drill, _ in found()}))
def test_each_finding_is_made_by_its_drill(drill: str, tmp_path: Path) -> None:
    findings = {one.check: one for one in judge(rehearse(STORIES[drill], tmp_path)).findings}
    wanted = {check for name, checks in found() if name == drill for check in checks}
    assert {check for check in wanted if not says_something(findings[check])} == set()


def says_something(finding: Finding) -> bool:
    """It was asked on this drill, and what it saw is the row's affair: broken and only observed, or the loss itself."""
    seen = finding.outcome is Outcome.OBSERVED and finding.cause != finding.saw
    return bool(finding.evidence) and (seen or finding.check in ("fault-bit", "bad-backups-refused"))
