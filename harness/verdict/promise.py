"""Checks of the promised times and of the promised loss."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from harness.facts import WITNESS, Moment
from harness.facts.witness import API_LEDGER
from harness.journal import Event, Kind
from harness.verdict.measure import LEDGERS, Gap, Loss, acknowledged, first_write_back, loss, outage, read_back
from harness.verdict.record import Record, UntoldError
from harness.verdict.ruling import Ruling, broken, held, ruled
from harness.verdict.timeline import fault_end, fault_start
from harness.verdict.wording import counted, listed, quoted, seconds


@dataclass(frozen=True, slots=True, kw_only=True)
class RtoControlPlane:
    """The API took a write soon enough, and kept it."""

    name: ClassVar[str] = "rto-control-plane"
    claim: ClassVar[str] = "The first API write after the fault is acknowledged, and found again, within the RTO"
    target_seconds: float
    after: str = Moment.RECOVERED

    def judge(self, record: Record) -> Ruling:
        """From the fault's beginning to the first kept write after its completion."""
        fault = _fault(record)
        kept = record.ask(API_LEDGER, WITNESS, self.after)
        if not acknowledged(record.history, API_LEDGER.stream):
            raise UntoldError("nothing was measured: the API ledger is empty")
        first = first_write_back(record.history, kept)
        if first is None:
            return broken("no API write after the fault was acknowledged and found again")
        return _in_time(record.note(first).mono - fault.mono, self.target_seconds, "the control plane took")


@dataclass(frozen=True, slots=True, kw_only=True)
class RtoWorkload:
    """Nobody who uses the application had to wait longer than promised."""

    name: ClassVar[str] = "rto-workload"
    claim: ClassVar[str] = "The longest gap of application reads and writes after the fault is within the RTO"
    target_seconds: float
    probes: tuple[str, ...] = ("app-read", "app-write")

    def __post_init__(self) -> None:
        if not self.probes:
            raise ValueError("no probe is named")

    def judge(self, record: Record) -> Ruling:
        """The longest gap of each probe; a gap that never ends is never in time."""
        fault = _fault(record)
        worst = {probe: _longest(record, probe, fault) for probe in self.probes}
        never = [probe for probe, gap in worst.items() if gap and gap.open]
        if never:
            return broken(f"{listed(map(quoted, never))} never got an answer again")
        name, longest = max(
            ((probe, gap.seconds if gap else 0.0) for probe, gap in worst.items()), key=lambda item: item[1]
        )
        return _in_time(longest, self.target_seconds, f"the longest gap of {quoted(name)} was")


@dataclass(frozen=True, slots=True, kw_only=True)
class Rpo:
    """No more acknowledged writes are gone than promised."""

    name: ClassVar[str] = "rpo"
    claim: ClassVar[str] = "Acknowledged writes are not lost beyond the RPO"
    target_seconds: float
    streams: tuple[str, ...] = ("api", "volume")
    after: str = Moment.RECOVERED

    def __post_init__(self) -> None:
        unknown = [stream for stream in self.streams if stream not in {ledger.stream for ledger in LEDGERS}]
        if unknown or not self.streams:
            raise ValueError(f"there is no ledger {listed(map(quoted, unknown))}" if unknown else "no ledger is named")

    def judge(self, record: Record) -> Ruling:
        """Every acknowledged number of each ledger is looked for."""
        fault = _fault(record)
        losses = [self._loss(record, stream, fault) for stream in self.streams]
        faults = [self._fault(one) for one in losses if one.lost and not self._allowed(one)]
        total = sum(one.acknowledged for one in losses)
        lost = sum(len(one.lost) for one in losses)
        return ruled(faults, f"{lost} of {counted(total, 'acknowledged write')} lost")

    def _loss(self, record: Record, stream: str, fault: Event) -> Loss:
        ledger = next(one for one in LEDGERS if one.stream == stream)
        kept = record.ask(ledger, WITNESS, self.after)
        read = read_back(record.history, ledger, self.after)
        found = loss(record.history, stream, kept, read) if read is not None else None
        if found is None or found.acknowledged == 0:
            raise UntoldError(
                f"nothing was measured: no write of the ledger {quoted(stream)} was acknowledged before the fault"
            )
        for number, event in acknowledged(record.history, stream):
            if number in found.lost or (event.mono > fault.mono and not found.lost):
                record.note(event)
                break
        return found

    def _allowed(self, one: Loss) -> bool:
        """Only what was written before the fault may be lost; what was acknowledged since has no excuse."""
        return not one.after and self.target_seconds > 0 and one.seconds <= self.target_seconds

    def _fault(self, one: Loss) -> str:
        if one.after:
            return (
                f"the ledger {quoted(one.stream)} lost {counted(len(one.after), 'write')} acknowledged after the fault,"
                f" {min(one.after)} to {max(one.after)}, over {seconds(one.seconds)}"
            )
        return (
            f"the ledger {quoted(one.stream)} lost {counted(len(one.before), 'acknowledged write')}"
            f" of the last {seconds(one.seconds)} before the fault; {seconds(self.target_seconds)} may be lost,"
            f" exceeded by {seconds(one.seconds - self.target_seconds)}"
        )


def _fault(record: Record) -> Event:
    start, end = fault_start(record.history), fault_end(record.history)
    if start is None or end is None:
        raise UntoldError("a planned check never ran: the journal knows no fault that was completed")
    record.note(end)
    return record.note(start)


def _in_time(took: float, target: float, what: str) -> Ruling:
    if took > target:
        return broken(f"{what} {seconds(took)}; the RTO of {seconds(target)} was exceeded by {seconds(took - target)}")
    return held(f"{what} {seconds(took)} of {seconds(target)}")


def _longest(record: Record, probe: str, fault: Event) -> Gap | None:
    events = list(record.history.of(Kind.PROBE, probe=probe))
    before = [event for event in events if event.mono < fault.mono]
    if not before or not any(event.mono > fault.mono for event in events):
        raise UntoldError(
            f"nothing was measured: the probe {quoted(probe)} did not run both before and after the fault"
        )
    if before[-1].data.get("ok") is not True:
        raise UntoldError(f"the probe {quoted(probe)} got no good answer already before the fault")
    found = outage(record.history, probe)
    for event in events:
        if event.mono > fault.mono:
            record.note(event)
            break
    longest = max(found, key=lambda gap: (gap.open, gap.seconds), default=None)
    if longest is not None and longest.open:
        # That it never ended is known only from the probe's last word.
        record.note(events[-1])
    return longest
