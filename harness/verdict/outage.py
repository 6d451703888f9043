"""Checks of the time without a control plane: what goes on by itself, and what stops."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from harness.facts import CLUSTER, Moment
from harness.facts.containers import CONTAINERS, ERRAND
from harness.facts.join import JOIN_MEANWHILE
from harness.facts.objects import PODS, Pod
from harness.facts.outage import OPERATIONS
from harness.facts.sandbox import POD_SANDBOXES, Sandbox
from harness.journal import Kind
from harness.verdict.measure import outage
from harness.verdict.record import Record, UntoldError
from harness.verdict.ruling import Ruling, broken, held, ruled
from harness.verdict.timeline import fault_start
from harness.verdict.wording import counted, listed, quoted, seconds


@dataclass(frozen=True, slots=True, kw_only=True)
class ServedThroughout:
    """Who uses the application notices nothing."""

    name: ClassVar[str] = "served-throughout"
    claim: ClassVar[str] = "The application serves reads and writes all the time that there is no control plane"
    probes: tuple[str, ...] = ("app-read", "app-write")
    #: A single answer may be late on a busy machine.
    tolerated_seconds: float = 1.0

    def __post_init__(self) -> None:
        if not self.probes:
            raise ValueError("no probe is named")

    def judge(self, record: Record) -> Ruling:
        """The gaps of each probe from the fault until the recovery begins."""
        fault, back = fault_start(record.history), record.history.first(Kind.RECOVERY, state="start")
        if fault is None or back is None:
            raise UntoldError("a planned check never ran: the journal knows no outage that ended")
        record.note(fault)
        record.note(back)
        faults = []
        for probe in self.probes:
            if not any(event.mono < fault.mono for event in record.history.of(Kind.PROBE, probe=probe, ok=True)):
                raise UntoldError(f"the probe {quoted(probe)} got no good answer before the fault")
            # A gap that began after the outage is less than none within it.
            longest = max((min(gap.end, back.mono) - gap.start for gap in outage(record.history, probe)), default=0.0)
            if longest > self.tolerated_seconds:
                faults.append(f"{quoted(probe)} got no answer for {seconds(longest)} while there was no control plane")
        return ruled(faults, f"no gap in {seconds(back.mono - fault.mono)} without a control plane")


@dataclass(frozen=True, slots=True, kw_only=True)
class ContainerRestarted:
    """kubelet starts a crashed container again, and asks nobody."""

    name: ClassVar[str] = "container-restarted"
    claim: ClassVar[str] = "kubelet restarted a crashed container while there was no control plane"
    machine: str
    pod: str = "keeper-0"
    before: str = Moment.BEFORE
    after: str = Moment.ENDURED

    def judge(self, record: Record) -> Ruling:
        """In the same sandbox the old container has ended, and a later attempt runs."""
        was = self._sandbox(record, self.before)
        if was is None:
            raise UntoldError(f"nothing was measured: {quoted(self.pod)} did not run on {quoted(self.machine)} before")
        first = [one for one in record.ask(CONTAINERS, self.machine, self.before).of(was.id) if one.is_running]
        if not first:
            raise UntoldError(f"nothing was measured: no container of {quoted(self.pod)} ran before the fault")
        now = [one for one in record.ask(CONTAINERS, self.machine, self.after).of(was.id) if one.is_running]
        if any(one.id == first[0].id for one in now):
            raise UntoldError(f"nothing was measured: the container of {quoted(self.pod)} never crashed")
        again = self._sandbox(record, self.after)
        if not now or again is None:
            return broken(
                f"kubelet of {quoted(self.machine)} did not restart the crashed container of {quoted(self.pod)}"
            )
        return held(f"attempt {now[0].attempt} of {quoted(self.pod)} runs after attempt {first[0].attempt} crashed")

    def _sandbox(self, record: Record, moment: str) -> Sandbox | None:
        boxes = record.ask(POD_SANDBOXES, self.machine, moment)
        return next((box for box in boxes if box.metadata.name == self.pod and box.is_running), None)


@dataclass(frozen=True, slots=True, kw_only=True)
class PodNotReplaced:
    """A pod that is gone stays gone until there is a controller again."""

    name: ClassVar[str] = "pod-not-replaced"
    claim: ClassVar[str] = (
        "Nobody replaced a pod that ended while no controller ran, and somebody did once one ran again"
    )
    machines: tuple[str, ...]
    before: str = Moment.BEFORE
    meanwhile: str = Moment.ENDURED
    after: str = Moment.RECOVERED

    def __post_init__(self) -> None:
        if not self.machines:
            raise ValueError("no machine is named")

    def judge(self, record: Record) -> Ruling:
        """The one pod of the Job ended, no other one came on any machine, and after the outage one did."""
        before = [pod for pod in record.ask(PODS, CLUSTER, self.before) if _is_errand(pod) and pod.is_ready]
        if len(before) != 1:
            raise UntoldError(f"nothing was measured: {counted(len(before), 'pod')} of the errand ran before the fault")
        runs, others = self._meanwhile(record, before[0].metadata.uid)
        if runs:
            raise UntoldError(f"nothing was measured: the container of {before[0].title} runs still")
        if others:
            return broken(f"{listed(others)} replaced {before[0].title}, though no controller ran")
        after = [pod for pod in record.ask(PODS, CLUSTER, self.after) if _is_errand(pod) and pod.is_ready]
        if not after:
            return broken(f"nobody replaced {before[0].title} after there was a control plane again")
        return held(f"{before[0].title} ended, and {after[0].title} replaced it only after the outage")

    def _meanwhile(self, record: Record, uid: str) -> tuple[bool, list[str]]:
        runs, others = False, []
        for machine in self.machines:
            containers = record.ask(CONTAINERS, machine, self.meanwhile)
            for box in record.ask(POD_SANDBOXES, machine, self.meanwhile):
                running = any(one.is_running and one.name == ERRAND for one in containers.of(box.id))
                runs = runs or (running and box.metadata.uid == uid)
                if running and box.metadata.uid != uid:
                    others.append(f"{box.metadata.namespace}/{box.metadata.name}")
        return runs, others


@dataclass(frozen=True, slots=True, kw_only=True)
class OperationsStopped:
    """Whoever wants to change anything, or to know anything, is out of luck."""

    name: ClassVar[str] = "operations-stopped"
    claim: ClassVar[str] = (
        "Without a control plane nothing can be read, written, rolled out, scheduled, deleted or joined"
    )
    spare: str
    moment: str = Moment.ENDURED

    def judge(self, record: Record) -> Ruling:
        """Each was tried, and none was taken."""
        tried = record.ask(OPERATIONS, CLUSTER, self.moment)
        joined = record.ask(JOIN_MEANWHILE, self.spare, self.moment)
        if not tried:
            raise UntoldError("nothing was measured: no operation was tried")
        taken = [quoted(name) for name, attempt in tried.items() if attempt.ok]
        taken += [quoted("join")] if joined.joined else []
        return ruled(
            [f"{listed(taken)} went through, though there was no control plane"] if taken else [],
            f"refused: {listed([*tried, 'join'])}; {joined.said}",
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class ReturnedByItself:
    """Nobody typed anything."""

    name: ClassVar[str] = "returned-by-itself"
    claim: ClassVar[str] = "The control plane came back by power alone: no command was run on it"
    machine: str

    def judge(self, record: Record) -> Ruling:
        """Between the beginning and the end of the recovery the machine was asked to do nothing."""
        start, end = (next(record.of(Kind.RECOVERY, state=state), None) for state in ("start", "end"))
        if start is None or end is None:
            raise UntoldError("a planned check never ran: the journal knows no recovery that ended")
        between = range(start.seq, end.seq)
        typed = [event for event in record.history.of(Kind.COMMAND, node=self.machine) if event.seq in between]
        for event in typed[:1]:
            record.note(event)
        lines = [" ".join(map(str, event.data.get("argv", []))) for event in typed]
        return ruled(
            [f"somebody ran on {quoted(self.machine)}: {listed(lines)}"] if lines else [], "no command was run"
        )


def _is_errand(pod: Pod) -> bool:
    return pod.owner is not None and (pod.owner.kind, pod.owner.name) == ("Job", ERRAND)
