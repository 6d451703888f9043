"""What got worse and what got better from one run to another, drill by drill."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from harness.report.past.conditions import Change, changed_conditions, plan_of
from harness.verdict import Outcome, Word

Report = Mapping[str, Any]
_GOOD = (Outcome.HELD.value, Outcome.OBSERVED.value)
_ABSENT = "not there"


class Direction(StrEnum):
    """Whether a difference is for the worse, for the better, or neither."""

    WORSE = "worse"
    BETTER = "better"
    CHANGED = "changed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Tolerance:
    """How far a number may move before it counts: by a share of what it was, and by at least so much."""

    share: float = 0.25
    seconds: float = 5.0
    mib: float = 128.0

    def allows(self, before: float, after: float, least: float) -> bool:
        """Whether two numbers are taken for the same."""
        return abs(after - before) <= max(abs(before) * self.share, least)


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """One thing that is not as it was."""

    what: str
    before: str
    after: str
    direction: Direction


@dataclass(frozen=True, slots=True, kw_only=True)
class DrillDifference:
    """One drill in both runs: what was different beforehand, and what came of it."""

    drill: str
    conditions: tuple[Change, ...]
    differences: tuple[Difference, ...]
    #: Why its times and its memory are not held against each other; empty where they are.
    incomparable: str = ""

    def of(self, direction: Direction) -> tuple[Difference, ...]:
        """The differences of one direction."""
        return tuple(one for one in self.differences if one.direction is direction)


def compare(
    before: Mapping[str, Report], after: Mapping[str, Report], tolerance: Tolerance
) -> tuple[DrillDifference, ...]:
    """Each drill that either run has performed, by its folder."""
    return tuple(
        _drill(name, before.get(name), after.get(name), tolerance) for name in sorted(before.keys() | after.keys())
    )


def _drill(name: str, before: Report | None, after: Report | None, tolerance: Tolerance) -> DrillDifference:
    if before is None or after is None:
        # A drill that nobody performs any more has stopped to prove anything; a new one has nothing to be worse than.
        direction = Direction.WORSE if after is None else Direction.CHANGED
        words = [_word(one) if one is not None else "not performed" for one in (before, after)]
        gone = Difference(what="verdict", before=words[0], after=words[1], direction=direction)
        return DrillDifference(drill=name, conditions=(), differences=(gone,))
    machines = [str(one.get("fidelity") or "unknown") for one in (before, after)]
    apart = f"fidelity was '{machines[0]}' and is '{machines[1]}'" if machines[0] != machines[1] else ""
    found = [*_verdict(before, after), *_findings(before, after)]
    found += [] if apart else _numbers(before, after, tolerance)
    return DrillDifference(
        drill=name, conditions=changed_conditions(before, after), differences=tuple(found), incomparable=apart
    )


def _word(report: Report) -> str:
    return str(report.get("verdict") or Word.ERRORED.value)


def _verdict(before: Report, after: Report) -> Iterator[Difference]:
    old, new = _word(before), _word(after)
    if old != new:
        yield Difference(
            what="verdict",
            before=old,
            after=f"{new}: {after['cause']}" if after.get("cause") else new,
            direction=_direction(old == Word.PASSED, new == Word.PASSED),
        )


def _direction(was_good: bool, is_good: bool) -> Direction:
    if was_good == is_good:
        return Direction.CHANGED
    return Direction.BETTER if is_good else Direction.WORSE


def _findings(before: Report, after: Report) -> Iterator[Difference]:
    old, new = plan_of(before), plan_of(after)
    for name in dict.fromkeys([*old, *new]):
        was, now = old.get(name), new.get(name)
        words = [str(row.get("outcome")) if row is not None else _ABSENT for row in (was, now)]
        if words[0] == words[1]:
            continue
        cause = str(now.get("cause") or "") if now is not None else ""
        yield Difference(
            what=name,
            before=words[0],
            after=f"{words[1]}: {cause}" if cause else words[1],
            direction=_of_finding(was, now),
        )


def _of_finding(was: Report | None, now: Report | None) -> Direction:
    """A check that held and is not asked any more is lost; one that is new and does not hold is no change for good."""
    if now is None:
        lost = was is not None and was.get("required") and was.get("outcome") == Outcome.HELD
        return Direction.WORSE if lost else Direction.CHANGED
    if was is None:
        return Direction.CHANGED if now.get("outcome") in _GOOD else Direction.WORSE
    return _direction(was.get("outcome") in _GOOD, now.get("outcome") in _GOOD)


def _numbers(before: Report, after: Report, tolerance: Tolerance) -> Iterator[Difference]:
    """Times, loss and memory, where they moved further than is tolerated; less is better."""
    for name, (old, new) in _pairs(before, after).items():
        is_memory = name == _MEMORY
        unit, least = (" MiB", tolerance.mib) if is_memory else (" s", tolerance.seconds)
        if old is not None and new is not None and tolerance.allows(old, new, least):
            continue
        if old is None and new is None:
            continue
        direction = Direction.WORSE if new is None or (old is not None and new > old) else Direction.BETTER
        # What broke off was short for that reason, and is nothing to be slower or quicker than.
        whole = before if direction is Direction.WORSE else after
        yield Difference(
            what=name,
            before=_said(old, unit),
            after=_said(new, unit),
            direction=direction if _word(whole) == Word.PASSED else Direction.CHANGED,
        )


_MEMORY = "peak memory"
_FIGURES = (
    ("control plane back", "rto", "control_plane_seconds"),
    ("workload back", "rto", "workload_seconds"),
    ("data lost", "rpo", "measured_seconds"),
    (_MEMORY, "memory", "peak_mib"),
)


def _pairs(before: Report, after: Report) -> dict[str, tuple[float | None, float | None]]:
    found = {name: (_figure(before, part, field), _figure(after, part, field)) for name, part, field in _FIGURES}
    old, new = _phases(before), _phases(after)
    # A phase that one of them never came to is told by its findings.
    return found | {f"phase '{name}'": (old[name], new[name]) for name in old if name in new}


def _phases(report: Report) -> dict[str, float]:
    rows = report.get("phases")
    found: dict[str, float] = {}
    for row in rows if isinstance(rows, list) else ():
        if isinstance(row, dict) and (took := _number(row.get("seconds"))) is not None:
            found[str(row.get("name"))] = found.get(str(row.get("name")), 0.0) + took
    return found


def _figure(report: Report, part: str, field: str) -> float | None:
    table = report.get(part)
    return _number(table.get(field)) if isinstance(table, dict) else None


def _number(value: object) -> float | None:
    return float(value) if isinstance(value, int | float) and not isinstance(value, bool) else None


def _said(value: float | None, unit: str) -> str:
    return "not measured" if value is None else f"{value:.1f}{unit}"
