"""The check that clients which watch are never left in silence."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from harness.journal import Event, Kind
from harness.verdict.measure import acknowledged, number
from harness.verdict.record import Record, UntoldError
from harness.verdict.ruling import Ruling, ruled
from harness.verdict.timeline import ended, fault_start, fidelity
from harness.verdict.wording import counted, listed, quoted

#: The ledgers whose numbers a watch can see, the witness's own markers before all others.
_STREAMS = ("marker", "api")
_BACK = ("resumed", "relist")
_OVER = ("closed", "ended")
_CARRYING = ("opened", "event", "resumed", "relist")
#: A write acknowledged this short before the watch was closed or ended may still be on its way.
_ON_ITS_WAY_SECONDS = 2.0
#: Who opens a watch that was cut anew each second has it again by then, while the API takes writes; an emulated API
#: keeps its clients waiting for 15 s and more.
_BACK_WITHIN_SECONDS, _BACK_WITHIN_EMULATED_SECONDS = 10.0, 60.0


@dataclass(frozen=True, slots=True, kw_only=True)
class WatchContinues:
    """A client that resumes its watch misses nothing, or is told to list anew."""

    name: ClassVar[str] = "watch-continues"
    claim: ClassVar[str] = "A resumed watch gets every event, or is told to list anew; never silence"
    watches: tuple[str, ...] = ()

    def judge(self, record: Record) -> Ruling:
        """Each write that was acknowledged is looked for among those that each watch delivered."""
        fault = fault_start(record.history)
        events = list(record.history.of(Kind.WATCH))
        names = self.watches or tuple(dict.fromkeys(str(event.data.get("watch")) for event in events))
        if fault is None or not names:
            raise UntoldError("a planned check never ran: the journal knows no watch across a fault")
        faults, seen = [], []
        for name in names:
            own = [event for event in events if str(event.data.get("watch")) == name]
            relists = sum(1 for event in own if event.data.get("state") == "relist" and event.seq > fault.seq)
            told = f", told {counted(relists, 'time')} to list anew" if relists else ""
            missed, came = _missed(record, name, own, fault)
            faults += missed
            seen.append(f"{quoted(name)} delivered {came}{told}")
        return ruled(faults, "; ".join(seen))


def _missed(record: Record, name: str, own: list[Event], fault: Event) -> tuple[list[str], str]:
    delivered: dict[int, Event] = {}
    for event in own:
        # A list after a relist tells of old numbers again; what counts is when each was first heard of.
        if (marker := _marker(event)) is not None:
            delivered.setdefault(marker, event)
    before = [event for event in delivered.values() if event.seq < fault.seq]
    wanted = _wanted(record, own)
    if not before or not wanted:
        raise UntoldError(f"nothing was measured: the watch {quoted(name)} saw no numbered write before the fault")
    record.note(before[-1])
    since_then = [event for event in own if event.seq > fault.seq]
    back = [event for event in since_then if event.data.get("state") in _BACK] or _uninterrupted(record, since_then)
    if not back:
        _demand_recovery(record, name)
        return [f"the watch {quoted(name)} never came back after the fault: it stayed silent"], ""
    record.note(back[0])
    missing = [(n, event) for n, event in wanted if n not in delivered]
    for _, event in missing[:1]:
        record.note(event)
    since = sum(1 for _, event in wanted if event.seq > fault.seq)
    if not since and all(event.data.get("state") in ("resumed", "event") for event in back):
        raise UntoldError(
            f"nothing was measured: no numbered write after the fault could reach the watch {quoted(name)}"
        )
    lost = [f"the watch {quoted(name)} was silent about {listed(n for n, _ in missing)}"] if missing else []
    return lost, f"all of {counted(len(wanted), 'acknowledged write')}, {since} of them since the fault"


def _demand_recovery(record: Record, name: str) -> None:
    """A watch has nothing to come back to before a recovery has come to an end, good or bad."""
    if (last := record.history.last(Kind.RECOVERY)) is None or last.data.get("state") not in ("end", "failed"):
        raise UntoldError(
            f"nothing was measured: no recovery ended after which the watch {quoted(name)} could come back"
        )


def _uninterrupted(record: Record, since_then: list[Event]) -> list[Event]:
    """What a watch that no recovery closed delivered first once that had ended; nothing if it was closed before."""
    done = record.history.last(Kind.RECOVERY, state="end")
    first = next(
        (one for one in since_then if one.data.get("state") == "closed" or (done and one.seq > done.seq)), None
    )
    return [first] if first is not None and _marker(first) is not None else []


def _wanted(record: Record, own: list[Event]) -> list[tuple[int, Event]]:
    """The writes that a watch owes: from its first event to its last close, without those that a list made up for.

    One that was cut, and not ended, owes what came afterwards as well, once it had time to come back.
    """
    opened = next((event.seq for event in own if _marker(event) is not None), None)
    if opened is None:
        return []
    closed = own[-1].mono if own[-1].data.get("state") in _OVER else ended(record.history)
    streams = (acknowledged(record.history, stream) for stream in _STREAMS)
    writes = next((found for found in streams if found), [])
    relists = _relists(own)
    owed = [
        (n, event)
        for n, event in writes
        if event.seq > opened and event.mono < closed - _ON_ITS_WAY_SECONDS and not _listed_anew(n, event, relists)
    ]
    if own[-1].data.get("state") != "closed":
        return owed
    emulated = fidelity(record.history) == "vm-emulated"
    within = _BACK_WITHIN_EMULATED_SECONDS if emulated else _BACK_WITHIN_SECONDS
    return [*owed, *_since_the_cut(own[-1], writes, within)]


def _since_the_cut(cut: Event, writes: list[tuple[int, Event]], within: float) -> list[tuple[int, Event]]:
    """The writes after a cut that was the watch's last word, with others so much later that it should be back."""
    latest = max((event.mono for _, event in writes), default=cut.mono) - within
    return [(n, event) for n, event in writes if cut.seq < event.seq and event.mono <= latest]


def _relists(own: list[Event]) -> list[tuple[int, int]]:
    """Each time that the watch was told to list: its place in the journal, and how far the watch had got."""
    got, found = 0, []
    for event in own:
        if event.data.get("state") == "relist":
            found.append((event.seq, got))
        got = max(got, _marker(event) or 0)
    return found


def _listed_anew(n: int, write: Event, relists: list[tuple[int, int]]) -> bool:
    """Whether the watch, before it got that far, was told to list: who lists learns the state, not each step to it."""
    return next((n > got for seq, got in relists if write.seq < seq), False)


def _marker(event: Event) -> int | None:
    marker = number(event, "marker")
    return None if marker is None or event.data.get("state") not in _CARRYING else int(marker)
