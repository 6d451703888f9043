"""What every fault is."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

from harness.cluster.cluster import Cluster
from harness.facts import Fact, Moment
from harness.spec import DataDisk


@dataclass(frozen=True, slots=True, kw_only=True)
class Bite:
    """A fact that must differ from what it was before, as a rule right after the fault."""

    fact: Fact[object]
    node: str
    field: str | None = None
    moment: str = Moment.FAULTED


class Fault(Protocol):
    """One way to lose something.

    `destroys` names the data disks that it takes along; `through_api` says that it is a change, not a loss of machines,
    and `api_stays` that others serve on; `not_on` names providers whose machines have no means for it, each with the
    reason, and `strikes` the machines where they are several. `isolates` is the member that it parts from the majority,
    `displaces` says that workloads of its machine have to leave, though it may itself go on (`leaves_alive`).
    `moves_to` is the address that its machine has afterwards, `renames_to` its hostname, where that is another one.
    """

    @property
    def name(self) -> str:
        """Its name in the journal."""
        ...

    @property
    def node(self) -> str:
        """The machine that it strikes."""
        ...

    @property
    def bites(self) -> tuple[Bite, ...]:
        """What proves that it was real."""
        ...

    def strike(self, cluster: Cluster) -> None:
        """Do it."""
        ...


def upset_by(fault: Fault) -> tuple[str, ...] | None:
    """The workloads of its machine that the fault upsets, where it spares all others; None if it spares none."""
    named: tuple[str, ...] | None = getattr(fault, "upsets", None)
    return named


def outlives_leaves(fault: Fault) -> bool:
    """Whether the machine is away for longer than its leaf certificates live."""
    return bool(getattr(fault, "outlives", False))


def moves_to(fault: Fault) -> str:
    """The address that its machine has afterwards; empty if it keeps its own."""
    return str(getattr(fault, "moves_to", ""))


def renames_to(fault: Fault) -> str:
    """What its machine calls itself afterwards; empty if it keeps its name."""
    return str(getattr(fault, "renames_to", ""))


def destroyed_by(fault: Fault) -> tuple[DataDisk, ...]:
    """The data disks that the fault takes from its machine; one that names none spares them all."""
    named: tuple[DataDisk, ...] = getattr(fault, "destroys", ())
    return named


def struck_by(fault: Fault) -> tuple[str, ...]:
    """The machines that it strikes."""
    named: tuple[str, ...] = getattr(fault, "strikes", (fault.node,))
    return named


def comes_through_api(fault: Fault) -> bool:
    """Whether it is a bad change: the API goes on serving, and what runs on any machine may end by it."""
    return bool(getattr(fault, "through_api", False))


def fills_disk(fault: Fault) -> bool:
    """Whether it takes the room that etcd needs on its disk."""
    return bool(getattr(fault, "fills_disk", False))


def displaces(fault: Fault) -> bool:
    """Whether what runs on its machine has to go to another worker, or to wait."""
    return bool(getattr(fault, "displaces", False))


def leaves_alive(fault: Fault) -> bool:
    """Whether its machine goes on, with all that runs there."""
    return bool(getattr(fault, "leaves_alive", False))


def leaves_api(fault: Fault) -> bool:
    """Whether the API goes on serving."""
    return comes_through_api(fault) or bool(getattr(fault, "api_stays", False))


def isolated_by(fault: Fault) -> str:
    """The control plane that it parts from the majority; empty if it parts none."""
    return str(getattr(fault, "isolates", ""))


def why_not_on(fault: Fault, provider: str) -> str:
    """Why it cannot strike machines of this provider; empty if it can, as one that says nothing can everywhere."""
    reasons: Mapping[str, str] = getattr(fault, "not_on", {})
    return reasons.get(provider, "")
