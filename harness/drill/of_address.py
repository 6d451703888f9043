"""What is asked only where a control plane comes back under another address or another name."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from harness.cluster import canary
from harness.drill.intent import Intent
from harness.spec import LabSpec, Role
from harness.verdict import not_applicable, observed, planned

_CHECKS = ("address-in-backup", "address-moved")
_OF_NAMES = ("ghost-diagnosed", "name-moved")


def of_identity(lab: LabSpec, intent: Intent) -> Iterator[dict[str, Any]]:
    """The checks of a control plane's address and of its name."""
    yield from _of_address(lab, intent)
    yield from _of_name(lab, intent)


def _of_address(lab: LabSpec, intent: Intent) -> Iterator[dict[str, Any]]:
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


def _of_name(lab: LabSpec, intent: Intent) -> Iterator[dict[str, Any]]:
    machine = lab.of_role(Role.CONTROL_PLANE)[0].name
    if machine not in intent.renamed:
        for check in _OF_NAMES:
            yield not_applicable(check, why="each machine keeps its name")
        return
    names: dict[str, Any] = {"old": machine, "new": intent.renamed[machine]}
    yield observed("ghost-diagnosed", why="it was taken under the old name", **names)
    yield planned("name-moved", machine=machine, **names)


def members_of(lab: LabSpec, intent: Intent) -> dict[str, str]:
    """The members that etcd has in the end, and their addresses."""
    names, addresses = intent.renamed, intent.moved
    return {names.get(one.name, one.name): addresses.get(one.name, str(one.ip)) for one in lab.etcd_nodes}


def made_anew(intent: Intent) -> tuple[str, ...]:
    """The objects that have to be made anew, as nobody can change them."""
    return (f"PersistentVolume {canary.BOUND}",) if intent.renamed else ()


def renamed(intent: Intent) -> dict[str, Any]:
    """What a check is told that knows Nodes by their names; nothing where all keep theirs."""
    return {"renamed": intent.renamed} if intent.renamed else {}


def readdressed(lab: LabSpec, intent: Intent) -> dict[str, str]:
    """The first control plane's address of before and the one of after; nothing where it keeps its own."""
    first = lab.of_role(Role.CONTROL_PLANE)[0]
    new = intent.moved.get(first.name)
    return {"old": str(first.ip), "new": new} if new else {}
