"""Checks of a control plane that is several machines: one may go, and whoever leads may be killed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from harness.facts import CLUSTER, Moment
from harness.facts.leadership import LEADERSHIPS, Office
from harness.journal import Event, Kind
from harness.verdict.measure import number, outage
from harness.verdict.record import Record, UntoldError
from harness.verdict.ruling import Ruling, broken, held, ruled
from harness.verdict.timeline import fault_start
from harness.verdict.wording import changed, counted, quoted, seconds

_PROBE = "api-write"


@dataclass(frozen=True, slots=True, kw_only=True)
class ApiServed:
    """Who uses the API through the shared endpoint notices next to nothing."""

    name: ClassVar[str] = "api-served"
    claim: ClassVar[str] = "The API took writes all the time: no gap was longer than a probe of it and an election"
    tolerated_seconds: float

    def judge(self, record: Record) -> Ruling:
        """The gaps of API writes from the fault until the deliberate reboot."""
        fault = fault_start(record.history)
        probes = list(record.history.of(Kind.PROBE, probe=_PROBE))
        if fault is None or not any(one.mono < fault.mono and one.data.get("ok") for one in probes):
            raise UntoldError("nothing was measured: no API write was taken before the fault")
        record.note(fault)
        gaps = outage(record.history, _PROBE)
        longest = max((gap.seconds for gap in gaps), default=0.0)
        for event in probes:
            if any(event.mono == gap.noticed for gap in gaps if gap.seconds == longest):
                record.note(event)
        never = [f"{quoted(_PROBE)} never got an answer again"] if any(gap.open for gap in gaps) else []
        late = longest > self.tolerated_seconds
        told = f"{quoted(_PROBE)} got no answer for {seconds(longest)}; {seconds(self.tolerated_seconds)} are allowed"
        return ruled(
            never or ([told] if late else []), f"{counted(len(gaps), 'gap')}, the longest of {seconds(longest)}"
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Redundancy:
    """What one more loss would take is there again soon enough."""

    name: ClassVar[str] = "rto-redundancy"
    claim: ClassVar[str] = "The lost control plane is replaced, so that another may be lost, within the RTO"
    target_seconds: float

    def judge(self, record: Record) -> Ruling:
        """From the fault's beginning to the recovery's end."""
        fault, done = fault_start(record.history), record.history.last(Kind.RECOVERY, state="end")
        if fault is None or done is None:
            raise UntoldError("a planned check never ran: the journal knows no recovery that ended")
        took = record.note(done).mono - record.note(fault).mono
        if took > self.target_seconds:
            over = seconds(took - self.target_seconds)
            return broken(f"it took {seconds(took)}; the RTO of {seconds(self.target_seconds)} was exceeded by {over}")
        return held(f"it took {seconds(took)} of {seconds(self.target_seconds)}")


@dataclass(frozen=True, slots=True, kw_only=True)
class TakenOver:
    """A leader is gone, and another one leads."""

    name: ClassVar[str] = "taken-over"
    claim: ClassVar[str] = "Whoever led was killed, and another one took over in time and by itself"
    office: Office
    within_seconds: float
    before: str = Moment.LED
    after: str = Moment.DEPOSED

    def judge(self, record: Record) -> Ruling:
        """Between the kill and the answer that names the follower; what was taken over is the same object."""
        fact = LEADERSHIPS[Office(self.office)]
        was = record.ask(fact, CLUSTER, self.before)
        led = record.find(fact, CLUSTER, self.before)
        killed = None if led is None else self._killed(record, was.machine, led)
        now, found = record.ask(fact, CLUSTER, self.after), record.find(fact, CLUSTER, self.after)
        if killed is None or found is None:
            raise UntoldError(f"a planned check never ran: nobody killed the {quoted(self.office)} that led")
        took = found.mono - killed.mono + (number(killed, "seconds") or 0.0)
        faults = []
        if now.of != was.of:
            faults.append(changed(f"what {quoted(self.office)} leads by", was.of, now.of) + ": somebody made it anew")
        if now.number <= was.number:
            faults.append(f"nobody took over from {quoted(was.holder)} in {seconds(took)}")
        elif took > self.within_seconds:
            faults.append(f"it took {seconds(took)} until {quoted(now.holder)} led; {seconds(self.within_seconds)} may")
        return ruled(faults, f"{self.office}: {quoted(now.holder)} after {quoted(was.holder)}, in {seconds(took)}")

    def _killed(self, record: Record, machine: str, led: Event) -> Event | None:
        """The kill since it was seen to lead: a cluster that is made a checkpoint of has its leaders killed as well."""
        for event in record.history.of(Kind.COMMAND, node=machine):
            argv, kills = event.data["argv"], event.seq > led.seq and event.data.get("status") == 0
            if kills and argv[0] == "pkill" and str(self.office).startswith(argv[-1]):
                return record.note(event)
        return None
