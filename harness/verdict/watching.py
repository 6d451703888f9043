"""The check that clients which watch are never left in silence."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from harness.journal import Event, Kind
from harness.verdict.measure import acknowledged, number
from harness.verdict.record import Record, UntoldError
from harness.verdict.ruling import Ruling, ruled
from harness.verdict.timeline import ended, fault_start
from harness.verdict.wording import counted, listed, quoted

_MARKERS = "marker"
_BACK = ("resumed", "relist")
_CARRYING = ("opened", "event", "resumed", "relist")
#: A marker acknowledged this short before the watch was closed may still be on its way.
_ON_ITS_WAY_SECONDS = 2.0


@dataclass(frozen=True, slots=True, kw_only=True)
class WatchContinues:
    """A client that resumes its watch misses nothing, or is told to list anew."""

    name: ClassVar[str] = "watch-continues"
    claim: ClassVar[str] = "A resumed watch gets every event, or is told to list anew; never silence"
    watches: tuple[str, ...] = ()

    def judge(self, record: Record) -> Ruling:
        """The markers of each watch are followed through the fault."""
        fault = fault_start(record.history)
        events = list(record.history.of(Kind.WATCH))
        names = self.watches or tuple(dict.fromkeys(str(event.data.get("watch")) for event in events))
        if fault is None or not names:
            raise UntoldError("a planned check never ran: the journal knows no watch across a fault")
        faults, seen = [], []
        for name in names:
            own = [event for event in events if str(event.data.get("watch")) == name]
            if not any(event.mono <= fault.mono and _marker(event) is not None for event in own):
                raise UntoldError(f"nothing was measured: the watch {quoted(name)} saw no marker before the fault")
            faults += _missed(record, name, own, fault)
            relists = sum(1 for event in own if event.data.get("state") == "relist" and event.mono > fault.mono)
            told = f", told {counted(relists, 'time')} to list anew" if relists else ""
            seen.append(f"{quoted(name)} went on{told}")
        return ruled(faults, "; ".join(seen))


def _missed(record: Record, name: str, own: list[Event], fault: Event) -> list[str]:
    back = [event for event in own if event.seq > fault.seq and event.data.get("state") in _BACK]
    if not back:
        return [f"the watch {quoted(name)} never came back after the fault"]
    record.note(back[0])
    faults = []
    last: int | None = None
    anew = False
    delivered: set[int] = set()
    for event in own:
        anew = anew or event.data.get("state") == "relist"
        marker = _marker(event)
        if marker is None:
            continue
        if last is not None and marker > last + 1 and not anew:
            record.note(event)
            gap = f"marker {last + 1}" if marker == last + 2 else f"markers {last + 1} to {marker - 1}"
            faults.append(f"the watch {quoted(name)} missed the {gap} in silence")
        delivered.add(marker)
        last, anew = marker if last is None else max(last, marker), False
    return faults or _silent(record, name, own, fault, delivered)


def _silent(record: Record, name: str, own: list[Event], fault: Event, delivered: set[int]) -> list[str]:
    """What was touched since the fault must have come; without such a record, at least something must have."""
    relists = [event for event in own if event.seq > fault.seq and event.data.get("state") == "relist"]
    # Who lists anew learns the state, not the events that led to it.
    since = relists[-1] if relists else fault
    closed = [event.mono for event in own if event.data.get("state") == "closed" and event.seq > since.seq]
    until = (closed[-1] if closed else ended(record.history)) - _ON_ITS_WAY_SECONDS
    touched = [n for n, event in acknowledged(record.history, _MARKERS) if event.seq > since.seq and event.mono < until]
    silent = [n for n in touched if n not in delivered]
    if silent:
        return [f"the watch {quoted(name)} came back but was silent about {listed(silent)}"]
    came = any(event.seq > fault.seq and _marker(event) is not None for event in own)
    if not came and not relists:
        return [f"the watch {quoted(name)} came back but stayed silent"]
    return []


def _marker(event: Event) -> int | None:
    marker = number(event, "marker")
    return None if marker is None or event.data.get("state") not in _CARRYING else int(marker)
