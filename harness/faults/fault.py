"""What every fault is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from harness.cluster.cluster import Cluster
from harness.facts import Fact


@dataclass(frozen=True, slots=True, kw_only=True)
class Bite:
    """A fact that must differ after the fault from what it was before."""

    fact: Fact[object]
    node: str
    field: str | None = None


class Fault(Protocol):
    """One way to lose something physical."""

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
