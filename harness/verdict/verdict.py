"""The outcome of a drill, with all that its reports say."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from harness.verdict.memory import Memory
from harness.verdict.ruling import Outcome

SCHEMA_VERSION = 1


class Word(StrEnum):
    """What is said of a drill in one word."""

    PASSED = "passed"
    FAILED = "failed"
    ERRORED = "errored"
    INCONCLUSIVE = "inconclusive"


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One planned check with its judged end."""

    check: str
    claim: str
    required: bool
    reason: str
    outcome: Outcome
    cause: str
    saw: str
    evidence: tuple[int, ...]
    params: Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Phase:
    """One stretch of the drill; `start` is in seconds from its beginning."""

    name: str
    start: float
    seconds: float
    waiting_on: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RecoveryTime:
    """How long it may take, and how long it took; None where it was not measured or never ended."""

    target_seconds: float | None
    control_plane_seconds: float | None
    workload_seconds: float | None
    leaves_out: str = "detection of the fault and the decision to recover"


@dataclass(frozen=True, slots=True, kw_only=True)
class DataLoss:
    """How much may be lost, and how much was: the time before the fault, and the writes of each ledger."""

    target_seconds: float | None
    measured_seconds: float | None
    lost: Mapping[str, int]
    acknowledged: Mapping[str, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Retry:
    """Something that was refused `times` of `looks`, and asked again; `last` is the last refusal."""

    what: str
    times: int
    looks: int
    last: str
    phase: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Header:
    """What the drill was, as its first line tells."""

    run: str
    drill: str
    claim: str
    provider: str
    fidelity: str
    limits: tuple[str, ...]
    kubernetes: str
    image: str
    lab: str
    seed: int | None
    sabotage: str
    version: str
    host: Any


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """What a history proves."""

    header: Header
    word: Word
    cause: str
    started: datetime | None
    seconds: float
    harness_seconds: float
    findings: tuple[Finding, ...]
    phases: tuple[Phase, ...]
    rto: RecoveryTime
    rpo: DataLoss
    memory: Memory
    join_hash_before: str | None
    join_hash_after: str | None
    events: int
    retries: tuple[Retry, ...] = ()

    @property
    def passed(self) -> bool:
        """Whether the restore was proven to work."""
        return self.word is Word.PASSED

    def of(self, outcome: Outcome) -> tuple[Finding, ...]:
        """The findings that ended like this."""
        return tuple(finding for finding in self.findings if finding.outcome is outcome)
