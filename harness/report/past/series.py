"""The runs of one drill in the order of time, of one standing each: evidence never mixes with anything else."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from harness.report.line import DrillLine
from harness.report.past.entry import RunEntry, Standing
from harness.verdict.verdict import Word


@dataclass(frozen=True, slots=True, kw_only=True)
class Night:
    """One drill of one run."""

    at: datetime
    run: RunEntry
    line: DrillLine

    @property
    def passed(self) -> bool:
        """Whether the restore was proven to work."""
        return self.line.verdict == Word.PASSED


@dataclass(frozen=True, slots=True, kw_only=True)
class Series:
    """All nights of one drill, oldest first; there is at least one."""

    drill: str
    standing: Standing
    nights: tuple[Night, ...]

    @property
    def last(self) -> Night:
        """The newest."""
        return self.nights[-1]

    @property
    def last_pass(self) -> Night | None:
        """The newest that passed."""
        return next((night for night in reversed(self.nights) if night.passed), None)

    @property
    def passed(self) -> int:
        """How many passed."""
        return sum(night.passed for night in self.nights)

    def recent(self, count: int) -> tuple[Night, ...]:
        """The newest so many, oldest first."""
        return self.nights[-count:]

    def is_stale(self, rhythm: Rhythm, as_of: datetime) -> bool:
        """Whether the last pass is older than it may be; one that never passed is."""
        return self.overdue(rhythm, as_of) is not None

    def overdue(self, rhythm: Rhythm, as_of: datetime) -> datetime | None:
        """Since when a pass is overdue; None where there was one in time, or where nobody has said how often."""
        every = rhythm.of(self.drill)
        if every is None or self.standing not in (Standing.EVIDENCE, Standing.DEMONSTRATION):
            return None
        if self.last_pass is None:
            return self.nights[0].at
        return self.last_pass.at + every if as_of - self.last_pass.at > every else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Rhythm:
    """How old the last pass of a drill may be; None where nobody has said."""

    every: timedelta | None = None
    drills: Mapping[str, timedelta] = field(default_factory=dict)

    def of(self, drill: str) -> timedelta | None:
        """That of one drill."""
        return self.drills.get(drill, self.every)


@dataclass(frozen=True, slots=True, kw_only=True)
class Past:
    """All runs until a moment, and the series that they make."""

    as_of: datetime
    runs: tuple[RunEntry, ...]
    series: tuple[Series, ...]
    #: Runs that say to be of later than that moment, and were left out.
    later: int

    def of(self, standing: Standing) -> tuple[Series, ...]:
        """The series of a standing, by the names of the drills."""
        return tuple(one for one in self.series if one.standing is standing)


def look_back(runs: Sequence[RunEntry], as_of: datetime, drills: Iterable[str] = ()) -> Past:
    """The past as it was at that moment: all drills, or those that are named."""
    wanted = frozenset(drills)
    known = tuple(run for run in runs if run.at is None or run.at <= as_of)
    found: dict[tuple[str, Standing], list[Night]] = {}
    for run in reversed(_once(known)):
        if run.at is None:
            continue
        for line in run.drills:
            if not wanted or line.drill in wanted:
                night = Night(at=run.at, run=run, line=line)
                found.setdefault((line.drill, run.standing(line)), []).append(night)
    series = (Series(drill=drill, standing=standing, nights=tuple(all)) for (drill, standing), all in found.items())
    return Past(
        as_of=as_of,
        runs=known,
        series=tuple(sorted(series, key=lambda one: (one.drill, one.standing))),
        later=len(runs) - len(known),
    )


def _once(runs: Sequence[RunEntry]) -> tuple[RunEntry, ...]:
    """The runs without copies of them: what was performed once counts once."""
    folders = {run.folder for run in runs}
    return tuple(run for run in runs if not any(line.run != run.folder and line.run in folders for line in run.drills))
