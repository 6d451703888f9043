"""What is planned only where the network is parted, and each side is asked."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from harness.drill.intent import Intent
from harness.drill.plan_of_members import timed
from harness.providers.seam import Fidelity
from harness.spec import LabSpec, Role
from harness.verdict import not_applicable, observed, planned

_CHECKS = (
    *("majority-elected", "elected-by-all", "majority-served", "minority-refused", "minority-deposed"),
    *("healed-by-itself", "rto-rejoined"),
)
#: Members elect 1 to 2 s after they heard of their leader last, and again if votes are split.
_ELECTION_SECONDS = 5.0


def parted(lab: LabSpec, intent: Intent, fidelity: Fidelity) -> Iterator[dict[str, Any]]:
    """What is asked of the member that is alone, of the others, and of all once they are together again."""
    minority = intent.isolated
    if intent.parted is None:
        # A worker that is away has to be back in time as well.
        for check in (one for one in _CHECKS if intent.displaced is None or one != "rto-rejoined"):
            yield not_applicable(check, why="the network stays whole")
        return
    through = next(node.name for node in lab.of_role(Role.CONTROL_PLANE) if node.name != minority)
    sides: dict[str, Any] = {"minority": minority, "through": through}
    yield timed("majority-elected", fidelity, within_seconds=_ELECTION_SECONDS, **sides)
    yield observed("elected-by-all", why="so it stands in old runbooks", **sides)
    yield planned("majority-served", through=through)
    yield planned("minority-refused", **sides)
    yield planned("minority-deposed", minority=minority)
    members = (*lab.of_role(Role.CONTROL_PLANE), *lab.of_role(Role.WORKER))
    yield planned("healed-by-itself", minority=minority, machines=tuple(node.name for node in members))
    within = intent.within.total_seconds() if intent.within else 0.0
    yield timed("rto-rejoined", fidelity, target_seconds=within)
