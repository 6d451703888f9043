"""How often drills passed that were performed many times, and how far their times lie apart."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from statistics import median
from typing import Any

from harness.report.text import clean
from harness.verdict.verdict import Word

_TITLES = ("drill", "passed", "what", "times", "shortest", "median", "90th percentile", "longest")
OF_PASSES = "Times are those of the rounds that passed: a drill that ends early is no fast one."


@dataclass(frozen=True, slots=True, kw_only=True)
class Spread:
    """The times of one thing, in seconds."""

    name: str
    count: int
    shortest: float
    median: float
    p90: float
    longest: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Round:
    """One time that a drill was performed."""

    run: str
    verdict: str
    cause: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Repeated:
    """All rounds of one drill."""

    drill: str
    rounds: tuple[Round, ...]
    spreads: tuple[Spread, ...]
    #: How many looks were refused and made again, in all rounds together.
    asked_again: int

    @property
    def passed(self) -> int:
        """How many rounds passed."""
        return sum(one.verdict == Word.PASSED for one in self.rounds)

    @property
    def others(self) -> tuple[Round, ...]:
        """The rounds that did not."""
        return tuple(one for one in self.rounds if one.verdict != Word.PASSED)

    @property
    def rate(self) -> str:
        """The share that passed, with the counts that it comes from; 99.6 % are not all."""
        share = 100 * self.passed / len(self.rounds) if self.rounds else 0.0
        return f"{self.passed} of {len(self.rounds)} ({math.floor(10 * share) / 10:g} %)"


def spread(name: str, values: Sequence[float]) -> Spread:
    """The spread of at least one value; the percentile is a value that was measured."""
    ordered = sorted(values)
    return Spread(
        name=name,
        count=len(ordered),
        shortest=ordered[0],
        median=round(median(ordered), 3),
        p90=ordered[math.ceil(0.9 * len(ordered)) - 1],
        longest=ordered[-1],
    )


def repeated(drill: str, reports: Iterable[Mapping[str, Any]]) -> Repeated:
    """What the reports of one drill come to."""
    rounds: list[Round] = []
    times: dict[str, list[float]] = {}
    again = 0
    for report in reports:
        word = str(report.get("verdict") or Word.ERRORED)
        rounds.append(Round(run=str(report.get("run") or ""), verdict=word, cause=str(report.get("cause") or "")))
        again += sum(retry["times"] for retry in report.get("retries") or () if isinstance(retry.get("times"), int))
        for name, seconds in _times(report) if word == Word.PASSED else ():
            times.setdefault(name, []).append(seconds)
    spreads = tuple(spread(name, values) for name, values in times.items())
    return Repeated(drill=drill, rounds=tuple(rounds), spreads=spreads, asked_again=again)


def spread_rows(drills: Sequence[Repeated]) -> Iterator[tuple[str, ...]]:
    """A row for each thing that was measured, as text; a drill that never passed has one row."""
    for one in drills:
        if not one.spreads:
            yield (one.drill, one.rate, "nothing", "0", "", "", "", "")
        for number, of in enumerate(one.spreads):
            first = (one.drill, one.rate) if number == 0 else ("", "")
            yield (*first, of.name, str(of.count), *map(_seconds, (of.shortest, of.median, of.p90, of.longest)))


def spread_page(title: str, drills: Sequence[Repeated], notes: Sequence[str] = ()) -> str:
    """The table as a page, with the cause of each round that did not pass."""
    lines = [f"# {title}", "", *notes, *([""] if notes else []), _line(_TITLES)]
    lines += ["| --- | --- | --- | ---: | ---: | ---: | ---: | ---: |", *map(_line, spread_rows(drills)), ""]
    bad = [f"- `{one.drill}` in run {of.run or '?'} {of.verdict}: {of.cause}" for one in drills for of in one.others]
    lines += [*map(_flat, bad), *([""] if bad else [])]
    again = [f"{one.drill} {one.asked_again}" for one in drills if one.asked_again]
    lines += [f"Looks that were refused and made again: {', '.join(again)}.", ""] if again else []
    return "\n".join([*lines, OF_PASSES, ""])


def spread_document(drills: Sequence[Repeated]) -> list[dict[str, Any]]:
    """The same for scripts."""
    return [{**asdict(one), "passed": one.passed} for one in drills]


def _times(report: Mapping[str, Any]) -> Iterator[tuple[str, float]]:
    rto = report.get("rto") or {}
    named = [("whole drill", report.get("seconds"))]
    named += [("control plane", rto.get("control_plane_seconds")), ("workload", rto.get("workload_seconds"))]
    named += [(f"phase {phase.get('name')}", phase.get("seconds")) for phase in report.get("phases") or ()]
    yield from ((name, float(value)) for name, value in named if isinstance(value, int | float))


def _seconds(value: float) -> str:
    return f"{value:.1f} s"


def _line(cells: Sequence[str]) -> str:
    return f"| {' | '.join(_flat(cell).replace('|', '/') for cell in cells)} |"


def _flat(text: str) -> str:
    return " ".join(clean(text).split())
