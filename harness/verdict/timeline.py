"""When things happened in a history: the fault, the phases, the waits."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from harness.facts import Moment
from harness.facts.sandbox import POD_SANDBOXES
from harness.journal import Event, History, Kind

_REBOOT = "reboot"


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """A named stretch of time on the monotonic clock; an open one was cut by the end of the journal."""

    name: str
    start: float
    end: float
    at: datetime
    open: bool = False

    @property
    def seconds(self) -> float:
        """How long it took."""
        return self.end - self.start


#: No command takes thirty years; a number beyond is somebody's joke, and may be too large to reckon with.
_LONGEST = 1e9


def fidelity(history: History) -> str:
    """What kind of machines these were, as the first line of the drill says."""
    first = history.first(Kind.DRILL)
    return str(first.data.get("fidelity") or "") if first is not None else ""


def began(history: History) -> float:
    """The clock at the first event."""
    return history.events[0].mono if history.events else 0.0


def ended(history: History) -> float:
    """The clock at the last event."""
    return max((event.mono for event in history.events), default=0.0)


def fault_start(history: History) -> Event | None:
    """The line that marks t0."""
    return history.first(Kind.FAULT, state="start")


def fault_end(history: History) -> Event | None:
    """The line after which the fault is complete."""
    return history.last(Kind.FAULT, state="end")


def stopped(history: History) -> Event | None:
    """The line in which the control plane was seen stopped, before its data were exchanged."""
    return history.last(Kind.FACT, fact=POD_SANDBOXES.name, moment=Moment.STOPPED)


def recovery_window_end(history: History) -> float:
    """Until when the outage of the fault is measured: the deliberate reboot afterwards does not count into it."""
    fault = fault_start(history)
    for event in history.of(Kind.PHASE, state="start", name=_REBOOT):
        if fault is not None and event.mono > fault.mono:
            return event.mono
    return ended(history)


def phases(history: History) -> tuple[Span, ...]:
    """All phases in the order of their start."""
    return tuple(sorted(_spans(history, Kind.PHASE, "name", "name"), key=lambda span: (span.start, -span.end)))


def waits(history: History) -> tuple[Span, ...]:
    """All waits for something outside the harness."""
    return tuple(sorted(_spans(history, Kind.WAIT, "id", "on"), key=lambda span: (span.start, -span.end)))


def waited_seconds(history: History) -> float:
    """The union of all waits, answers of machines and of the API among them: two at the same time count once."""
    total, until = 0.0, float("-inf")
    for start, end in sorted([*((span.start, span.end) for span in waits(history)), *_answers(history)]):
        total += max(0.0, end - max(start, until))
        until = max(until, end)
    return total


def _answers(history: History) -> Iterator[tuple[float, float]]:
    """How long each command on a machine and each question took, as it was written when the answer came."""
    for kind in (Kind.FACT, Kind.COMMAND):
        for event in history.of(kind):
            took = event.data.get("seconds")
            if isinstance(took, int | float) and not isinstance(took, bool) and 0 < took < _LONGEST:
                yield max(event.mono - took, began(history)), event.mono


def harness_seconds(history: History) -> float:
    """Wall time that nothing outside is to blame for."""
    return max(0.0, ended(history) - began(history) - waited_seconds(history))


def _spans(history: History, kind: Kind, key: str, name: str) -> Iterator[Span]:
    begun: dict[str, list[Event]] = {}
    for event in history.of(kind):
        ident = str(event.data.get(key))
        if event.data.get("state") == "start":
            begun.setdefault(ident, []).append(event)
        elif begun.get(ident):
            start = begun[ident].pop()
            yield Span(name=str(start.data.get(name)), start=start.mono, end=event.mono, at=start.at)
    for start in (event for events in begun.values() for event in events):
        yield Span(name=str(start.data.get(name)), start=start.mono, end=ended(history), at=start.at, open=True)
