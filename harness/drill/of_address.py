"""What is asked only where a control plane comes back under another address."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from harness.drill.intent import Intent
from harness.spec import LabSpec, Role
from harness.verdict import not_applicable, observed, planned

_CHECKS = ("address-in-backup", "address-moved")


def of_address(lab: LabSpec, intent: Intent) -> Iterator[dict[str, Any]]:
    """The checks of a control plane's address."""
    moved = readdressed(lab, intent)
    if not moved:
        for check in _CHECKS:
            yield not_applicable(check, why="each machine keeps its address")
        return
    machine = lab.of_role(Role.CONTROL_PLANE)[0].name
    workers = tuple(node.name for node in lab.of_role(Role.WORKER))
    found: dict[str, Any] = {"machine": machine, "workers": workers, **moved}
    yield observed("address-in-backup", why="it was taken under the old address", **found)
    yield planned("address-moved", **found)


def readdressed(lab: LabSpec, intent: Intent) -> dict[str, str]:
    """The first control plane's address of before and the one of after; nothing where it keeps its own."""
    first = lab.of_role(Role.CONTROL_PLANE)[0]
    new = intent.moved.get(first.name)
    return {"old": str(first.ip), "new": new} if new else {}
