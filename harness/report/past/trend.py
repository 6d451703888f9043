"""One measure of a drill over its nights, as a small drawing."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from statistics import median

from harness.report.element import Element, e
from harness.report.line import DrillLine
from harness.report.past.series import Night
from harness.report.text import duration

_WIDTH, _HEIGHT, _TOP, _FLOOR, _EDGE = 300.0, 84.0, 8.0, 66.0, 4.0
#: A target further above all that was measured would press the line to the floor; it is said, and not drawn.
_DRAWN_TARGET = 2.5


@dataclass(frozen=True, slots=True, kw_only=True)
class Measure:
    """Something that is measured in every drill."""

    name: str
    #: What scripts call it.
    field: str
    of: Callable[[DrillLine], float | None]
    target: Callable[[DrillLine], float | None] = lambda _: None
    said: Callable[[float], str] = duration


def _mib(value: float) -> str:
    return f"{value:.0f} MiB"


MEASURES: tuple[Measure, ...] = (
    Measure(
        name="Control plane back",
        field="control_plane_seconds",
        of=lambda line: line.control_plane_seconds,
        target=lambda line: line.rto_target_seconds,
    ),
    Measure(
        name="Workload back",
        field="workload_seconds",
        of=lambda line: line.workload_seconds,
        target=lambda line: line.rto_target_seconds,
    ),
    Measure(
        name="Data lost",
        field="rpo_seconds",
        of=lambda line: line.rpo_seconds,
        target=lambda line: line.rpo_target_seconds,
    ),
    Measure(name="The whole drill", field="seconds", of=lambda line: line.seconds or None),
    Measure(name="Peak memory", field="peak_memory_mib", of=lambda line: line.peak_memory_mib, said=_mib),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Stretch:
    """The time that all drawings of a drill cover."""

    begin: datetime
    end: datetime
    #: Since when a pass is overdue; None where none is.
    overdue: datetime | None = None

    def x(self, at: datetime) -> float:
        """Where a moment lies."""
        whole = max((self.end - self.begin).total_seconds(), 1.0)
        share = min(max((at - self.begin).total_seconds() / whole, 0.0), 1.0)
        return _EDGE + (_WIDTH - 2 * _EDGE) * share


def _overdue(stretch: Stretch) -> Element | None:
    """A wash over the time in which a pass should have been, and was not."""
    if stretch.overdue is None:
        return None
    x = stretch.x(stretch.overdue)
    title = e("title", f"stale since {stretch.overdue:%-d %B %Y, %H:%M} UTC")
    return e("rect", title, x=x, y=_TOP - 4, width=max(_WIDTH - x, 2.0), height=_FLOOR - _TOP + 4, class_="overdue")


def trend(measure: Measure, nights: Sequence[Night], stretch: Stretch) -> Element:
    """The newest value in large, the usual one, and the way there."""
    values = [value for night in nights if (value := measure.of(night.line)) is not None]
    newest = measure.of(nights[-1].line)
    target = measure.target(nights[-1].line)
    number, unit = _in_large(measure, newest)
    over = newest is not None and target is not None and newest > target
    return e(
        "div",
        e("h4", measure.name),
        e("p", e("b", number), e("span", f" {unit}") if unit else None, class_="newest"),
        _drawing(measure, nights, stretch, values, target),
        e("p", _told(measure, values, target), class_="note"),
        class_="trend over" if over else "trend",
    )


def _in_large(measure: Measure, value: float | None) -> tuple[str, str]:
    """A number and its unit; minutes and seconds are one number."""
    if value is None:
        return "—", ""
    if measure.said is duration and value >= 120:
        minutes, seconds = divmod(round(value), 60)
        return f"{minutes}:{seconds:02}", "min"
    number, _, unit = measure.said(value).partition(" ")
    return number, unit


def _told(measure: Measure, values: Sequence[float], target: float | None) -> str:
    if not values:
        return "never measured"
    usual = f"usually {measure.said(median(values))}, at most {measure.said(max(values))}"
    return usual if target is None else f"{usual}; {measure.said(target) if target else '0 s'} allowed"


def _drawing(
    measure: Measure, nights: Sequence[Night], stretch: Stretch, values: Sequence[float], target: float | None
) -> Element:
    highest = max((*values, 0.0))
    drawn = target is not None and target <= max(highest, 0.001) * _DRAWN_TARGET
    top = max(highest, target or 0.0) if drawn else highest
    scale = (_FLOOR - _TOP) / top if top > 0 else 0.0
    return e(
        "svg",
        _overdue(stretch),
        e("line", x1=0, x2=_WIDTH, y1=_FLOOR, y2=_FLOOR, class_="floor"),
        e("line", x1=0, x2=_WIDTH, y1=_FLOOR - target * scale, y2=_FLOOR - target * scale, class_="target")
        if drawn and target
        else None,
        _line(measure, nights, stretch, scale),
        _marks(measure, nights, stretch, scale),
        _dates(stretch),
        viewBox=f"0 0 {_WIDTH:.0f} {_HEIGHT:.0f}",
        role="img",
        aria_label=f"{measure.name} in {len(nights)} runs: {_told(measure, values, target)}",
    )


def _line(measure: Measure, nights: Sequence[Night], stretch: Stretch, scale: float) -> Iterator[Element]:
    """Lines between neighbours; where a night measured nothing the line has a gap."""
    piece: list[str] = []
    for night in nights:
        value = measure.of(night.line)
        if value is not None:
            piece.append(f"{stretch.x(night.at):.1f},{_FLOOR - max(value, 0.0) * scale:.1f}")
            continue
        yield from _stroke(piece)
        piece = []
    yield from _stroke(piece)


def _stroke(points: list[str]) -> Iterator[Element]:
    if len(points) > 1:
        yield e("polyline", points=" ".join(points), class_="way")


def _marks(measure: Measure, nights: Sequence[Night], stretch: Stretch, scale: float) -> Iterator[Element]:
    """The newest value as a dot, and a cross for each night that did not pass, on the floor if it measured nothing."""
    for night in nights:
        value = measure.of(night.line)
        x, y = stretch.x(night.at), _FLOOR - max(value or 0.0, 0.0) * scale
        if not night.passed:
            said = "not measured" if value is None else measure.said(value)
            title = e("title", f"{night.at:%-d %B %Y}: {night.line.verdict}, {said}")
            way = f"M{x - 3:.1f} {y - 3:.1f}l6 6m0-6l-6 6"
            yield e("path", title, d=way, class_=f"cross {night.line.verdict}")
        elif night is nights[-1] and value is not None:
            yield e("circle", cx=x, cy=y, r=3, class_="dot")


def _dates(stretch: Stretch) -> tuple[Element, Element]:
    return (
        e("text", f"{stretch.begin:%-d %b}", x=0, y=_HEIGHT - 4),
        e("text", f"{stretch.end:%-d %b}", x=_WIDTH, y=_HEIGHT - 4, text_anchor="end"),
    )


def pass_rate(nights: Sequence[Night], stretch: Stretch) -> Element:
    """How many of the nights passed, in bars of days, weeks or months, whatever fits."""
    passed = sum(night.passed for night in nights)
    days = _width_of_bars(stretch)
    # From midnight on: a job that begins some minutes late is still that of its day.
    begin = stretch.begin.replace(hour=0, minute=0, second=0, microsecond=0)
    bars: dict[int, list[Night]] = {}
    for night in nights:
        bars.setdefault((night.at - begin) // timedelta(days=days), []).append(night)
    rate = f"{math.floor(100 * passed / len(nights))}"
    said = f"{passed} of {len(nights)} passed, a bar for {_SAID[days]}"
    return e(
        "div",
        e("h4", "Pass rate"),
        e("p", e("b", rate), e("span", " %"), class_="newest"),
        e(
            "svg",
            _overdue(stretch),
            e("line", x1=0, x2=_WIDTH, y1=_FLOOR, y2=_FLOOR, class_="floor"),
            [
                part
                for number, ones in bars.items()
                for part in _bar(stretch, begin + number * timedelta(days=days), days, ones)
            ],
            _dates(stretch),
            viewBox=f"0 0 {_WIDTH:.0f} {_HEIGHT:.0f}",
            role="img",
            aria_label=f"Pass rate: {said}",
        ),
        e("p", said, class_="note"),
        class_="trend" if nights[-1].passed else "trend over",
    )


_SAID = {1: "each day", 7: "each week", 30: "thirty days"}


def _width_of_bars(stretch: Stretch) -> int:
    whole = (stretch.end - stretch.begin).days + 1
    return next((days for days in (1, 7) if whole <= days * 45), 30)


def _bar(stretch: Stretch, begin: datetime, days: int, nights: Sequence[Night]) -> Iterator[Element]:
    left, right = stretch.x(begin), stretch.x(begin + timedelta(days=days))
    width = max(right - left - 1.5, 1.5)
    passed = sum(night.passed for night in nights)
    height = (_FLOOR - _TOP) * passed / len(nights)
    title = e("title", f"from {begin:%-d %B %Y}: {passed} of {len(nights)} passed")
    if passed < len(nights):
        yield e("rect", title, x=left, y=_TOP, width=width, height=_FLOOR - _TOP - height, class_="missed")
    if passed:
        yield e("rect", title, x=left, y=_FLOOR - height, width=width, height=height, class_="kept")
