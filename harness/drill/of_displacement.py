"""What is asked only where the workloads of a worker have to leave it, or to wait for it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from harness.drill.displacement import MAY_MOVE, probe_of
from harness.drill.intent import Intent
from harness.drill.plan_of_members import timed
from harness.facts import Moment
from harness.facts.movers import Mover
from harness.providers.seam import Fidelity
from harness.spec import LabSpec, Role
from harness.verdict import not_applicable, observed, planned

_NOBODY = "no worker is emptied or lost"
_CHECKS = ("moved-once", "none-doubled", "gone-for-good", "serves-again", "requests-lost")
_OF_DRAIN = ("drain-refused", "requests-kept")
_OF_SILENCE = ("waits-for-machine", "doubled-meanwhile")


def of_displacement(lab: LabSpec, intent: Intent, fidelity: Fidelity) -> Iterator[dict[str, Any]]:
    """The checks of those that move, of those that wait, and of what is lost."""
    if intent.displaced is None:
        for check in (*_CHECKS, *_OF_DRAIN, *_OF_SILENCE):
            yield not_applicable(check, why=_NOBODY)
        return
    machine, silent = intent.displaced, intent.endures is not None
    workers = tuple(node.name for node in lab.of_role(Role.WORKER))
    careless = (Mover.PAIR, Mover.LONE) if silent else (Mover.LONE,)
    if silent:
        for check in _OF_DRAIN:
            yield not_applicable(check, why="the worker is lost, not drained")
        yield planned("waits-for-machine", machine=machine)
        if intent.goes_on_alone:
            others = tuple(name for name in workers if name != machine)
            yield planned("doubled-meanwhile", machine=machine, others=others)
        else:
            yield not_applicable("doubled-meanwhile", why="a machine without power runs nothing")
        yield planned("moved-once", machine=machine, movers=MAY_MOVE, after=Moment.ENDURED)
    else:
        yield planned("drain-refused", machine=lab.of_role(Role.CONTROL_PLANE)[0].name)
        yield planned("requests-kept", probe=probe_of(Mover.PAIR))
        for check in _OF_SILENCE:
            yield not_applicable(check, why="the worker tells of the end of each pod itself")
        yield planned("moved-once", machine=machine, movers=(*MAY_MOVE, Mover.ROOTED), after=Moment.RECOVERED)
    asked = tuple(map(probe_of, careless))
    yield observed("requests-lost", why="nothing promises that none is", probes=asked)
    yield planned("none-doubled", machines=workers)
    yield planned("gone-for-good", machine=machine)
    yield timed("rto-rejoined", fidelity, target_seconds=intent.within.total_seconds() if intent.within else 0.0)
    if fidelity is Fidelity.VM_EMULATED:
        yield observed("serves-again", why="an emulated machine boots for longer than the delay", machine=machine)
    else:
        yield planned("serves-again", machine=machine)
