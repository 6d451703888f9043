"""Checks of the fault and of the recovery as steps."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from harness.facts import Fact, Moment, fact_named
from harness.facts.pki import PKI_FILES
from harness.facts.sandbox import POD_SANDBOXES
from harness.journal import Event, Kind
from harness.verdict.measure import outage
from harness.verdict.record import Record, UntoldError
from harness.verdict.ruling import Ruling, broken, held
from harness.verdict.timeline import fault_start
from harness.verdict.wording import changed, listed, quoted, seconds


@dataclass(frozen=True, slots=True, kw_only=True)
class Differs:
    """A fact, or one field of it, that must be another after the fault."""

    fact: str
    subject: str
    field: str = ""
    before: str = Moment.BEFORE
    after: str = Moment.FAULTED

    def __post_init__(self) -> None:
        if fact_named(self.fact) is None:
            raise ValueError(f"there is no fact {quoted(self.fact)}")

    @property
    def title(self) -> str:
        """What it is called in a sentence."""
        field = f" ({self.field})" if self.field else ""
        return f"{quoted(self.fact)}{field} of {quoted(self.subject)}"

    def read(self, record: Record, moment: str) -> object:
        """The value at a moment."""
        fact: Fact[object] | None = fact_named(self.fact)
        if fact is None:
            raise UntoldError(f"there is no fact {quoted(self.fact)}")
        value = record.ask(fact, self.subject, moment)
        if self.field and not hasattr(value, self.field):
            raise UntoldError(f"{quoted(self.fact)} has no field {quoted(self.field)}")
        return getattr(value, self.field) if self.field else value


@dataclass(frozen=True, slots=True, kw_only=True)
class FaultBit:
    """Something that only the fault can have changed differs, and the API refused."""

    name: ClassVar[str] = "fault-bit"
    claim: ClassVar[str] = "The fault really happened: what it must change has changed"
    differs: tuple[Differs, ...] = ()
    api_refused: bool = True

    def __post_init__(self) -> None:
        if not self.differs and not self.api_refused:
            raise ValueError("nothing is named by which the fault could be seen")

    def judge(self, record: Record) -> Ruling:
        """Each named fact differs, and at least one API write failed after the fault began."""
        if fault_start(record.history) is None:
            raise UntoldError("a planned check never ran: the journal knows no fault")
        same, other = [], []
        for item in self.differs:
            before, after = item.read(record, item.before), item.read(record, item.after)
            if before == after:
                same.append(f"{item.title} is still {_brief(after)}")
            else:
                other.append(changed(item.title, _brief(before), _brief(after)))
        if self.api_refused:
            gaps = outage(record.history, "api-write")
            _note_probe(record)
            (other if gaps else same).append("the API refused writes" if gaps else "the API never refused a write")
        if same:
            return broken(f"the fault did not bite: {'; '.join(same)}")
        return held("; ".join(other))


@dataclass(frozen=True, slots=True, kw_only=True)
class RecoveryCompleted:
    """Every step of the recovery succeeded."""

    name: ClassVar[str] = "recovery-completed"
    claim: ClassVar[str] = "The recovery ran to its end"
    machine: str = ""
    #: How many recoveries there are.
    count: int = 1

    def judge(self, record: Record) -> Ruling:
        """It began, no step of it was refused, and it ended."""
        begun = list(record.of(Kind.RECOVERY, state="start"))
        failure = failed_recovery(record)
        if failure is not None:
            return broken(_sentence(failure) + self._missing_files(record))
        done = list(record.of(Kind.RECOVERY, state="end"))
        if len(done) < max(len(begun), self.count):
            raise UntoldError("a planned check never ran: the journal knows no recovery that ended")
        took = sum(event.mono for event in done) - sum(event.mono for event in begun)
        return held(f"{listed(str(event.data.get('recovery')) for event in begun)} took {seconds(took)}")

    def _missing_files(self, record: Record) -> str:
        """kubeadm's own words often name a consequence, so say which keys the machine has lost."""
        for moment in (Moment.FAILED, Moment.RECOVERED, Moment.FAULTED):
            if self.machine and record.asked(PKI_FILES, self.machine, moment):
                before = record.ask(PKI_FILES, self.machine, Moment.BEFORE)
                after = {file.path for file in record.ask(PKI_FILES, self.machine, moment)}
                gone = [file.path for file in before if file.path not in after and file.is_irreplaceable]
                # After a fault without recovery all keys are gone, which explains nothing.
                if gone and moment is not Moment.FAULTED:
                    return f"; {quoted(self.machine)} has no {listed(gone)} any more"
        return ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ControlPlaneStopped:
    """Nobody had etcd's data in hand when they were exchanged."""

    name: ClassVar[str] = "control-plane-stopped"
    claim: ClassVar[str] = "No static pod of the control plane ran when etcd's data were exchanged"
    machine: str

    def judge(self, record: Record) -> Ruling:
        """Static pods ran before the fault, and none was left when the recovery looked."""
        before, then = (_static_pods(record, self.machine, moment) for moment in (Moment.BEFORE, Moment.STOPPED))
        if not before:
            raise UntoldError(f"nothing was measured: {quoted(self.machine)} ran no static pod before the fault")
        if then:
            return broken(f"{listed(then)} ran still on {quoted(self.machine)} when etcd's data were exchanged")
        return held(f"stopped, and seen gone: {listed(before)}")


def _static_pods(record: Record, machine: str, moment: str) -> list[str]:
    boxes = record.ask(POD_SANDBOXES, machine, moment)
    return sorted(box.metadata.name for box in boxes if box.is_static and box.is_running)


def failed_recovery(record: Record) -> Event | None:
    """The first step of a recovery that the system under test refused."""
    return next(record.of(Kind.RECOVERY, state="failed"), None)


#: kubeadm's last words after every failure.
_NO_CAUSE = "To see the stack trace"


def _sentence(failure: Event) -> str:
    name, cause = failure.data.get("recovery"), str(failure.data.get("cause") or "").strip()
    told = (line.strip() for line in str(failure.data.get("stderr") or "").splitlines())
    lines = [line for line in told if line and not line.startswith(_NO_CAUSE)]
    errors = [line for line in lines if "error" in line.lower()]
    last = (errors or lines or [""])[-1][:300]
    said = f"; it said: {last}" if last and last not in cause else ""
    return f"the recovery {quoted(name)} failed: {cause or 'no cause is given'}{said}"


def _note_probe(record: Record) -> None:
    for event in record.history.of(Kind.PROBE, probe="api-write", ok=False):
        record.note(event)
        break


def _brief(value: object) -> str:
    text = ", ".join(map(str, value)) if isinstance(value, tuple) else str(getattr(value, "identity", value))
    return text if len(text) <= 120 else text[:120] + "…"
