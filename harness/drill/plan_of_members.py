"""What is planned only where several control planes are one, and some of them are lost."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from harness.drill.intent import Intent
from harness.facts.leadership import Office
from harness.providers.seam import Fidelity
from harness.spec import LabSpec, Role
from harness.verdict import not_applicable, observed, planned

#: etcd elects within 2 s. A lease lasts 15 s from when a candidate last saw it renewed, and candidates look every 2 to
#: 2.4 s; on a busy machine each look takes longer.
_TAKEOVER_SECONDS = {Office.ETCD: 5.0, Office.CONTROLLER_MANAGER: 22.0, Office.SCHEDULER: 22.0}
#: The endpoint moves once two looks at an API came to nothing, each after 2 s if its etcd is gone; etcd elects within
#: 2 s; and who writes gives a request 1 s.
_GAP_SECONDS = 10.0


def regrown(lab: LabSpec, intent: Intent) -> Iterator[dict[str, Any]]:
    """What is asked only where one control plane is restored alone, and others join it."""
    first = lab.of_role(Role.CONTROL_PLANE)[0]
    alive = tuple(name for name in intent.regrown if name not in intent.rebuilt)
    if intent.regrown:
        yield planned("single-member", machine=first.name, ip=str(first.ip))
    else:
        yield not_applicable("single-member", why="no control plane has to join again")
    if intent.regrown and intent.in_place:
        yield planned("api-not-needed", machine=first.name)
    else:
        yield not_applicable("api-not-needed", why="kubeadm init makes an API of its own")
    if alive:
        yield planned("one-cluster", machine=first.name, others=alive)
        yield planned("one-revision", machines=(first.name, *alive))
    else:
        for check in ("one-cluster", "one-revision"):
            yield not_applicable(check, why="no other control plane is alive that has older data")
    fresh = (*intent.rebuilt, *intent.replaced)
    if fresh:
        yield planned("ghosts-gone", machines=fresh)
        yield planned("certificates-uploaded", machine=first.name)
    else:
        for check in ("ghosts-gone", "certificates-uploaded"):
            yield not_applicable(check, why="no new machine has to join as a control plane")


def succession(intent: Intent, fidelity: Fidelity) -> Iterator[dict[str, Any]]:
    """What is asked only where a control plane is lost that the others can do without, or leaders are killed."""
    if intent.replaced or intent.parted is not None:
        yield timed("api-served", fidelity, tolerated_seconds=_GAP_SECONDS)
    else:
        yield not_applicable("api-served", why="no other control plane could serve on")
    if intent.replaced:
        within = (intent.within or timedelta(0)).total_seconds()
        yield timed("rto-redundancy", fidelity, target_seconds=within)
    else:
        yield not_applicable("rto-redundancy", why="no control plane is replaced beside others")
    for office in intent.deposed:
        yield timed("taken-over", fidelity, office=office, within_seconds=_TAKEOVER_SECONDS[office])
    if not intent.deposed:
        yield not_applicable("taken-over", why="no leader is killed")


def timed(check: str, fidelity: Fidelity, **params: Any) -> dict[str, Any]:
    """A check of time, which nobody promises of emulated machines."""
    if fidelity is Fidelity.VM_EMULATED:
        return observed(check, why="emulated machines are slow", **params)
    return planned(check, **params)
