"""Which cells of the matrix are asked for, and which of them stay empty."""

from __future__ import annotations

from collections.abc import Sequence

from harness.cli.matrix.cover import COVER, covering
from harness.cli.run.choice import ALL
from harness.cli.run.request import one_of
from harness.cli.story import intent_of
from harness.drill.catalog import DrillInfo
from harness.drill.cell import Cell
from harness.drill.spoiling import why_not
from harness.errors import SpecError, hinted
from harness.report.matrix import MatrixCell
from harness.sabotage import SABOTAGES, Sabotage
from harness.spec import parse_shape


def plan_cells(names: Sequence[str], known: Sequence[DrillInfo], provider: str) -> tuple[MatrixCell, ...]:
    """The cells where the named drills and the named sabotages meet; who names only one kind means all of the other.

    With 'cover', only as many of them as it takes to show each sabotage once and each drill with two.
    """
    drills, sabotages = _named(names, known)
    cells = tuple(cell for drill in drills for cell in _row(drill, sabotages, provider))
    if not any(cell.applies for cell in cells):
        told = {f"'{cell.sabotage}' does not apply to '{cell.drill}': {cell.reason}" for cell in cells}
        raise hinted(
            SpecError("; ".join(sorted(told)) or "There are no drills"), "`kubedrill sabotage list` shows what applies."
        )
    machines = {drill.name: len(parse_shape(drill.lab).nodes) for drill in drills}
    return covering(cells, machines) if COVER in names else cells


def cell_of(cell: MatrixCell) -> Cell:
    """Its two names."""
    return Cell(drill=cell.drill, sabotage=cell.sabotage)


def _named(
    names: Sequence[str], known: Sequence[DrillInfo]
) -> tuple[tuple[DrillInfo, ...], tuple[type[Sabotage], ...]]:
    drills = {drill.name: drill for drill in known}
    sabotages = {sabotage.name: sabotage for sabotage in SABOTAGES}
    for name in names:
        if name not in (ALL, COVER):
            one_of("drill or sabotage", name, {**drills, **sabotages}, "`kubedrill sabotage list` shows all")
    rows = tuple(drill for name, drill in drills.items() if name in names)
    columns = tuple(sabotage for name, sabotage in sabotages.items() if name in names and name not in drills)
    # 'all' widens nothing that was narrowed: it is said by who names no drill and no sabotage.
    return rows or tuple(known), columns or SABOTAGES


def _row(drill: DrillInfo, sabotages: Sequence[type[Sabotage]], provider: str) -> list[MatrixCell]:
    lab = parse_shape(drill.lab)
    intent = intent_of(drill, lab)
    barred = intent.why_not_on(provider)
    reason = f"the drill is not offered on {provider}: {barred}" if barred else ""
    return [
        MatrixCell(
            drill=drill.name,
            sabotage=one.name,
            expected_verdict=one.expected.verdict,
            expected_names=one.expected.names,
            reason=why_not(one, lab, intent) or reason,
        )
        for one in sabotages
    ]
