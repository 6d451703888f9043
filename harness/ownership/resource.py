"""What a reap can find and end: the shape of every kind of resource."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol, TypeVar

from harness.errors import LabError
from harness.ownership.claim import Claim, Kind
from harness.ownership.host import Host

_Item = TypeVar("_Item")


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class Leak:
    """A thing that carries a run's mark and is there now."""

    kind: Kind
    name: str
    detail: str = ""

    def __str__(self) -> str:
        return f"{self.kind} '{self.name}'" + (f" ({self.detail})" if self.detail else "")


@dataclass(frozen=True, slots=True, kw_only=True)
class Scope:
    """What belongs to a run, or to one lab of it, without the labs that are spared."""

    run: str
    cache: Path
    lab: str | None = None
    spared: frozenset[str] = frozenset()
    claims: tuple[Claim, ...] = field(default=())

    def covers(self, name: str) -> bool:
        """Whether a thing of this name is meant."""
        wanted = self.lab or f"kd-{self.run}"
        return _begins(name, wanted) and not any(_begins(name, spared) for spared in self.spared)

    def covers_path(self, path: str) -> bool:
        """Whether a path leads through a folder that is meant."""
        return any(self.covers(part) for part in path.split("/")) or any(
            path == folder or path.startswith(f"{folder}/") for folder in self.claimed(Kind.FOLDER)
        )

    def claimed(self, kind: Kind) -> frozenset[str]:
        """The names of a kind that dead leases hold."""
        return frozenset(claim.name for claim in self.claims if claim.kind is kind)


class Resource(Protocol):
    """A kind of thing that can be owned."""

    def find(self, scope: Scope, host: Host) -> tuple[Leak, ...]:
        """What is there now, in the order in which it is to be ended."""
        ...

    def end(self, leaks: Sequence[Leak], scope: Scope, host: Host) -> None:
        """End them all; those that would not go are told in one LabError."""
        ...


def each(items: Sequence[_Item], action: Callable[[_Item], object]) -> None:
    """Do it to all of them, then raise what went wrong, as one error."""
    wrong: list[str] = []
    for item in items:
        try:
            action(item)
        except (LabError, OSError) as error:
            wrong.append(str(error))
    if wrong:
        raise LabError("; ".join(wrong))


def _begins(name: str, wanted: str) -> bool:
    return name == wanted or name.startswith(f"{wanted}-")
