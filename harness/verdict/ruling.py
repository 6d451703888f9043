"""How one planned question ends."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import ClassVar, Protocol

from harness.verdict.record import Record


class Outcome(StrEnum):
    """The ends that a check can come to."""

    HELD = "held"
    BROKEN = "broken"
    BLOCKED = "blocked"
    ERRORED = "errored"
    OBSERVED = "observed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Ruling:
    """The outcome of a check, why it did not hold or what showed that it did, and the journal's lines that say so."""

    outcome: Outcome
    cause: str = ""
    saw: str = ""
    evidence: tuple[int, ...] = ()


class Check(Protocol):
    """One claim about the drill; its parameters are its fields, and it judges nothing but the record."""

    name: ClassVar[str]
    claim: ClassVar[str]

    def judge(self, record: Record) -> Ruling:
        """Whether the claim holds; a fact that is missing is raised by the record, never taken for a yes."""
        ...


def held(saw: str) -> Ruling:
    """The claim holds, and this showed it."""
    return Ruling(outcome=Outcome.HELD, saw=saw)


def broken(cause: str) -> Ruling:
    """The claim does not hold: the system under test failed."""
    return Ruling(outcome=Outcome.BROKEN, cause=cause)


def errored(cause: str) -> Ruling:
    """Nobody can tell whether the claim holds."""
    return Ruling(outcome=Outcome.ERRORED, cause=cause)


def ruled(faults: list[str], saw: str) -> Ruling:
    """Broken by these faults, or held."""
    return broken("; ".join(faults)) if faults else held(saw)
