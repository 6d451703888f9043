"""The measured numbers of a drill: both recovery times and what was lost."""

from __future__ import annotations

from dataclasses import dataclass

from harness.facts import WITNESS
from harness.facts.witness import API_LEDGER, VOLUME_LEDGER, LedgerReadBack
from harness.journal import Event, History, Kind
from harness.verdict.timeline import fault_end, fault_start, recovery_window_end, stopped

#: Nothing that a drill counts comes near it; infinity and NaN do not pass it.
_BOUND = 1e15
LEDGERS: tuple[LedgerReadBack, ...] = (API_LEDGER, VOLUME_LEDGER)


@dataclass(frozen=True, slots=True, kw_only=True)
class Gap:
    """A stretch in which a probe got no good answer; an open one never ended."""

    probe: str
    start: float
    end: float
    noticed: float
    open: bool = False

    @property
    def seconds(self) -> float:
        """How long it took."""
        return self.end - self.start


@dataclass(frozen=True, slots=True, kw_only=True)
class Loss:
    """Acknowledged writes of one ledger that are not there any more, from before the loss and from after it.

    Until the power is gone writes are acknowledged to a machine that is being lost; until the control plane is stopped
    they are to data that are about to be replaced.
    """

    stream: str
    acknowledged: int
    before: tuple[int, ...]
    after: tuple[int, ...]
    seconds: float

    @property
    def lost(self) -> tuple[int, ...]:
        """All that is lost."""
        return (*self.before, *self.after)


def number(event: Event, field: str) -> float | None:
    """A number in an event, if it is one."""
    value = event.data.get(field)
    if not isinstance(value, int | float) or isinstance(value, bool) or not abs(value) < _BOUND:
        return None
    return float(value)


def gaps(history: History, probe: str) -> list[Gap]:
    """Every gap of a probe in the whole drill, from its last good answer to the next one."""
    found: list[Gap] = []
    since: float | None = None
    noticed = last = 0.0
    for event in history.of(Kind.PROBE, probe=probe):
        last = event.mono
        if event.data.get("ok") is not True and since is None:
            good = number(event, "last_ok")
            since, noticed = event.mono if good is None else min(good, event.mono), event.mono
        elif event.data.get("ok") is True and since is not None:
            found.append(Gap(probe=probe, start=since, end=event.mono, noticed=noticed))
            since = None
    if since is not None:
        found.append(Gap(probe=probe, start=since, end=max(last, since), noticed=noticed, open=True))
    return found


def outage(history: History, probe: str) -> list[Gap]:
    """The gaps of a probe from the fault until the deliberate reboot, cut to that window."""
    fault = fault_start(history)
    if fault is None:
        return []
    until = recovery_window_end(history)
    return [
        Gap(
            probe=probe,
            start=max(gap.start, fault.mono),
            end=until if gap.open else min(gap.end, until),
            noticed=gap.noticed,
            open=gap.open or gap.end > until,
        )
        for gap in gaps(history, probe)
        # A gap of the reboot begins with the last good answer before it, but is noticed only in it.
        if (gap.open or gap.end > fault.mono) and gap.noticed < until
    ]


def acknowledged(history: History, stream: str) -> list[tuple[int, Event]]:
    """The numbered writes of a ledger that were acknowledged, in order."""
    events = history.of(Kind.LEDGER, stream=stream)
    return [(int(n), event) for event in events if (n := number(event, "n")) is not None]


def first_write_back(history: History, kept: frozenset[int]) -> Event | None:
    """The first API write acknowledged after the fault was complete and found again later."""
    done = fault_end(history)
    if done is None:
        return None
    writes = acknowledged(history, API_LEDGER.stream)
    return next((event for n, event in writes if event.mono > done.mono and n in kept), None)


def loss(history: History, stream: str, kept: frozenset[int], read: Event) -> Loss | None:
    """What a ledger lost, seen from its read-back; None without a fault."""
    fault = fault_start(history)
    if fault is None:
        return None
    lost_by = (stopped(history) or fault_end(history) or fault).mono
    # A write acknowledged while the read-back ran may rightly be missing in it.
    asked = read.mono - (number(read, "seconds") or 0.0)
    writes = [(n, event) for n, event in acknowledged(history, stream) if event.mono < asked]
    lost = [(n, event.mono) for n, event in writes if n not in kept]
    since = [mono for _, mono in lost if mono > lost_by]
    window = max((fault.mono - mono for _, mono in lost), default=0.0)
    return Loss(
        stream=stream,
        acknowledged=sum(1 for _, event in writes if event.mono <= lost_by),
        before=tuple(n for n, mono in lost if mono <= lost_by),
        after=tuple(n for n, mono in lost if mono > lost_by),
        seconds=max(0.0, window, max(since) - min(since) if since else 0.0),
    )


def read_back(history: History, ledger: LedgerReadBack, moment: str) -> Event | None:
    """The journal's line in which a ledger was read back."""
    return history.last(Kind.FACT, fact=ledger.name, subject=WITNESS, moment=moment)
