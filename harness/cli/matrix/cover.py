"""The fewest cells that show something of everything: each sabotage once, and each drill with two of them."""

from __future__ import annotations

import dataclasses
from collections import Counter
from collections.abc import Mapping, Sequence

from harness.report.matrix import MatrixCell

COVER = "cover"
#: What each drill has to notice before anybody believes it.
_EACH = 2


def covering(cells: Sequence[MatrixCell], machines: Mapping[str, int]) -> tuple[MatrixCell, ...]:
    """The cells, those marked as left out that a cover can do without; small labs are asked first."""
    applying = [cell for cell in cells if cell.applies]
    drills, sabotages = Counter[str](), Counter[str]()
    offers = Counter(cell.sabotage for cell in applying)
    chosen: set[tuple[str, str]] = set()

    def choose(cell: MatrixCell) -> None:
        chosen.add((cell.drill, cell.sabotage))
        drills[cell.drill] += 1
        sabotages[cell.sabotage] += 1

    # What applies to few drills has no choice; the rest goes to those that have the fewest by then.
    for name in sorted(offers, key=lambda name: offers[name]):
        there = [cell for cell in applying if cell.sabotage == name]
        choose(min(there, key=lambda cell: (drills[cell.drill], machines[cell.drill])))
    for drill in dict.fromkeys(cell.drill for cell in applying):
        while drills[drill] < _EACH:
            left = [cell for cell in applying if cell.drill == drill and (drill, cell.sabotage) not in chosen]
            if not left:
                break
            choose(min(left, key=lambda cell: sabotages[cell.sabotage]))
    return tuple(
        dataclasses.replace(cell, left_out=cell.applies and (cell.drill, cell.sabotage) not in chosen) for cell in cells
    )
