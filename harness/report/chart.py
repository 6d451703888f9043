"""The timeline of a drill as one drawing."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass

from harness.journal import History
from harness.report.element import Element, e
from harness.report.text import duration
from harness.verdict import Verdict
from harness.verdict.measure import Gap, gaps
from harness.verdict.timeline import Span, began, ended, fault_start, phases, waits

_LEFT, _RIGHT, _WIDTH = 132.0, 12.0, 1000.0
_ROW, _LANE, _HEAD = 40.0, 24.0, 34.0
_LETTER = 5.7
_PROBES = ("api-write", "app-read", "app-write")
_STEPS = (1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Scale:
    begin: float
    end: float

    def x(self, moment: float) -> float:
        whole = max(self.end - self.begin, 0.001)
        inside = min(max(moment, self.begin), self.end)
        return _LEFT + (_WIDTH - _LEFT - _RIGHT) * (inside - self.begin) / whole


def timeline(verdict: Verdict, history: History) -> Element | None:
    """Phases as bars, what they waited for hatched below, and the probes' gaps under the line of the fault."""
    rows = phases(history)
    if not rows:
        return None
    scale = _Scale(begin=began(history), end=ended(history))
    bottom = _HEAD + _ROW * len(rows)
    lanes = bottom + 14
    height = lanes + _LANE * len(_PROBES) + 6
    drawing = e(
        "svg",
        _hatching(),
        _axis(scale, height),
        [part for number, row in enumerate(rows) for part in _phase(scale, history, row, _HEAD + _ROW * number)],
        e("line", x1=0, x2=_WIDTH, y1=bottom + 4, y2=bottom + 4, class_="rule"),
        [
            part
            for number, probe in enumerate(_PROBES)
            for part in _probe(scale, history, probe, lanes + _LANE * number)
        ],
        _fault(scale, history, height),
        viewBox=f"0 0 {_WIDTH:.0f} {height:.0f}",
        role="img",
        aria_label="Timeline of the drill: " + ", ".join(f"{row.name} {duration(row.seconds)}" for row in rows),
        class_="timeline",
    )
    return e(
        "section",
        e("h2", "How it went"),
        e("p", _told(verdict), class_="note"),
        e(
            "div",
            drawing,
            class_="scroll",
            tabindex=0,
            role="region",
            aria_label="Timeline, may be wider than the screen",
        ),
        _table(verdict),
        class_="chart",
    )


def _told(verdict: Verdict) -> str:
    return (
        f"{duration(verdict.seconds)} in all, of which the harness itself took {duration(verdict.harness_seconds)};"
        " the rest it waited for something outside, hatched. Red is the time in which a probe got no good answer."
    )


def _hatching() -> Element:
    stroke = e("line", x1=0, y1=0, x2=0, y2=5, class_="hatch")
    pattern = e(
        "pattern", stroke, id="hatch", width=4, height=5, patternUnits="userSpaceOnUse", patternTransform="rotate(40)"
    )
    return e("defs", pattern)


def _axis(scale: _Scale, height: float) -> Iterator[Element]:
    whole = scale.end - scale.begin
    step = next((step for step in _STEPS if whole / step <= 9), math.ceil(whole / 9))
    for tick in range(0, int(whole) + 1, step):
        x = scale.x(scale.begin + tick)
        yield e("line", x1=x, x2=x, y1=20, y2=height, class_="grid")
        label = f"{tick} s" if step < 60 else f"{tick // 60} min"
        yield e("text", label, x=x, y=13, text_anchor="start" if tick == 0 else "middle", class_="axis")


def _phase(scale: _Scale, history: History, row: Span, y: float) -> Iterator[Element]:
    left, right = scale.x(row.start), scale.x(row.end)
    yield e("text", row.name, x=0, y=y + 11, class_="name")
    yield e("text", duration(row.seconds), x=0, y=y + 25, class_="seconds")
    title = e("title", f"{row.name}: {duration(row.seconds)}")
    yield e("rect", title, x=left, y=y, width=max(right - left, 2.0), height=13, rx=2, class_="phase")
    inside = [wait for wait in waits(history) if wait.start < row.end and wait.end > row.start]
    for wait in inside:
        begin, end = scale.x(max(wait.start, row.start)), scale.x(min(wait.end, row.end))
        told = e("title", f"waiting for {wait.name}: {duration(wait.seconds)}")
        yield e("rect", told, x=begin, y=y + 16, width=max(end - begin, 1.0), height=7, class_="wait")
    longest = max(inside, key=lambda wait: wait.seconds, default=None)
    if longest is not None and longest.seconds >= 0.5:
        yield _wait_label(scale, longest, y + 33)


def _wait_label(scale: _Scale, wait: Span, y: float) -> Element:
    """From the beginning of the wait on, or up to the drawing's edge where it would run out of it."""
    label = f"{wait.name}, {duration(wait.seconds)}"
    begin = scale.x(wait.start)
    fits = begin + _LETTER * len(label) <= _WIDTH
    x, anchor = (begin, "start") if fits else (_WIDTH - _RIGHT, "end")
    return e("text", label, x=x, y=y, text_anchor=anchor, class_="waiting")


def _probe(scale: _Scale, history: History, probe: str, y: float) -> Iterator[Element]:
    yield e("text", probe, x=0, y=y + 12, class_="probe")
    ran = _stretch(history, probe)
    if ran is None:
        yield e("text", "did not run", x=_LEFT, y=y + 12, class_="waiting")
        return
    yield e("rect", x=scale.x(ran[0]), y=y + 7, width=scale.x(ran[1]) - scale.x(ran[0]), height=2, class_="answering")
    for gap in gaps(history, probe):
        yield from _gap(scale, gap, ran[1], y)


def _gap(scale: _Scale, gap: Gap, last: float, y: float) -> Iterator[Element]:
    end = last if gap.open else gap.end
    left, right = scale.x(gap.start), scale.x(end)
    label = duration(end - gap.start) + (" and never again" if gap.open else "")
    title = e("title", f"{gap.probe}: no good answer for {label}")
    yield e("rect", title, x=left, y=y + 1, width=max(right - left, 2.0), height=14, rx=2, class_="gap")
    if right - left > _LETTER * len(label) + 8:
        yield e("text", label, x=(left + right) / 2, y=y + 12, text_anchor="middle", class_="gap-label")


def _stretch(history: History, probe: str) -> tuple[float, float] | None:
    seen = [event.mono for event in history.events if event.data.get("probe") == probe]
    return (seen[0], seen[-1]) if seen else None


def _fault(scale: _Scale, history: History, height: float) -> Iterator[Element]:
    fault = fault_start(history)
    if fault is None:
        return
    x = scale.x(fault.mono)
    yield e("line", x1=x, x2=x, y1=20, y2=height, class_="fault")
    yield e("rect", x=x - 17, y=2, width=34, height=15, rx=7, class_="fault-tab")
    yield e("text", "fault", x=x, y=13, text_anchor="middle", class_="fault-label")


def _table(verdict: Verdict) -> Element:
    """The same in words, for those who cannot see the drawing and for those who want the numbers."""
    head = e("tr", [e("th", name, scope="col") for name in ("Phase", "Begins at", "Takes", "Longest wait")])
    rows = [
        e(
            "tr",
            e("th", phase.name, scope="row"),
            e("td", duration(phase.start)),
            e("td", duration(phase.seconds)),
            e("td", phase.waiting_on or "—"),
        )
        for phase in verdict.phases
    ]
    return e("details", e("summary", "The phases as a table"), e("table", e("thead", head), e("tbody", rows)))
