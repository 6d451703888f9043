"""Checks of workloads whose machine is emptied or lost: who moves, who waits, and what is gone for good."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from harness.facts import CLUSTER, Moment
from harness.facts.movers import DRAIN_REFUSED, MOVERS_THERE, NAMESPACE, POD_BYTES, Mover
from harness.facts.objects import NODES, PODS, Pod
from harness.journal import Kind
from harness.verdict.measure import Gap, number, outage
from harness.verdict.record import Record, UntoldError
from harness.verdict.ruling import Ruling, broken, held, ruled
from harness.verdict.timeline import fault_start
from harness.verdict.wording import counted, listed, quoted, seconds

#: What many a guide leaves out, and kubectl asks for. Of each pod it names one obstacle: `--force` comes only later.
_ASKED_FOR = ("--ignore-daemonsets", "--delete-emptydir-data")
_LABEL = "app"


@dataclass(frozen=True, slots=True, kw_only=True)
class DrainNamesLosses:
    """Nothing is thrown away by a command that does not say so."""

    name: ClassVar[str] = "drain-refused"
    claim: ClassVar[str] = "Without flags kubectl refuses to drain, and names what would be lost"
    machine: str
    after: str = Moment.FAULTED

    def judge(self, record: Record) -> Ruling:
        """Its own words name the flags and the pod that nobody makes again."""
        said = record.ask(DRAIN_REFUSED, self.machine, self.after)
        unsaid = [word for word in (*_ASKED_FOR, Mover.STRAY) if word not in said]
        return ruled([f"kubectl refused without naming {listed(unsaid)}: {said}"] if unsaid else [], said[:300])


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestsKept:
    """Who asks all the time gets an answer each time."""

    name: ClassVar[str] = "requests-kept"
    claim: ClassVar[str] = "Two replicas with a budget and a wait before their end lose no request"
    probe: str

    def judge(self, record: Record) -> Ruling:
        """No bad answer from the fault until the deliberate reboot."""
        gaps = _gaps(record, self.probe)
        longest = max((gap.seconds for gap in gaps), default=0.0)
        lost = f"{quoted(self.probe)} got no answer {counted(len(gaps), 'time')}, for {seconds(longest)} at most"
        return broken(lost) if gaps else held("each request was answered")


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestsLost:
    """What it costs to be less careful is counted."""

    name: ClassVar[str] = "requests-lost"
    claim: ClassVar[str] = "A workload without all this loses no request either"
    probes: tuple[str, ...]

    def __post_init__(self) -> None:
        _demand(self.probes)

    def judge(self, record: Record) -> Ruling:
        """The gaps in which nobody answered."""
        faults = []
        for probe in self.probes:
            gaps = _gaps(record, probe)
            longest = max((gap.seconds for gap in gaps), default=0.0)
            told = f"{quoted(probe)} got no answer in {counted(len(gaps), 'gap')}, the longest of {seconds(longest)}"
            faults += [told] if gaps else []
        return ruled(faults, "each request was answered")


@dataclass(frozen=True, slots=True, kw_only=True)
class MovedOnce:
    """What may move has moved, and there are as many of it as before."""

    name: ClassVar[str] = "moved-once"
    claim: ClassVar[str] = "What may move runs elsewhere, once: as many replicas as before, none of them doubled"
    machine: str
    movers: tuple[str, ...]
    after: str

    def __post_init__(self) -> None:
        _demand(self.movers)

    def judge(self, record: Record) -> Ruling:
        """Before, some of each ran on the machine; then none of it counts there, and elsewhere all do."""
        was, now = (record.ask(PODS, CLUSTER, moment) for moment in (Moment.BEFORE, self.after))
        faults, moved = [], 0
        for mover in self.movers:
            before, there = _of(was, mover), [pod for pod in _of(now, mover) if pod.metadata.ending is None]
            leaving = [pod for pod in before if pod.spec.node == self.machine]
            if not leaving:
                raise UntoldError(f"nothing was measured: nothing of {quoted(mover)} ran on {quoted(self.machine)}")
            elsewhere = [pod for pod in there if pod.is_ready and pod.spec.node != self.machine]
            staying = [pod.title for pod in there if pod.spec.node == self.machine]
            moved += len(leaving)
            if staying:
                faults.append(f"{listed(staying)} did not leave {quoted(self.machine)}")
            if len(elsewhere) != len(before):
                ran = counted(len(elsewhere), "pod")
                faults.append(f"of {quoted(mover)} {ran} ran elsewhere by '{self.after}', and there were {len(before)}")
        return ruled(faults, f"{counted(moved, 'pod')} of {listed(map(quoted, self.movers))} left, and each runs once")


@dataclass(frozen=True, slots=True, kw_only=True)
class WaitsForMachine:
    """What must never be there twice is not made anew while nobody can tell whether it runs still."""

    name: ClassVar[str] = "waits-for-machine"
    claim: ClassVar[str] = "A StatefulSet's pod and a bare pod are not made anew while their machine is silent"
    machine: str
    movers: tuple[str, ...] = (Mover.ROOTED, Mover.STRAY)
    after: str = Moment.ENDURED

    def __post_init__(self) -> None:
        _demand(self.movers)

    def judge(self, record: Record) -> Ruling:
        """The same pods, still bound to their machine."""
        was, now = (record.ask(PODS, CLUSTER, moment) for moment in (Moment.BEFORE, self.after))
        faults = []
        for mover in self.movers:
            before, after = (_of(pods, mover) for pods in (was, now))
            if not before or any(pod.spec.node != self.machine for pod in before):
                raise UntoldError(f"nothing was measured: {quoted(mover)} did not run on {quoted(self.machine)}")
            others = [pod for pod in after if pod.metadata.uid not in {one.metadata.uid for one in before}]
            faults += [f"{pod.title} was made anew, on {quoted(pod.spec.node)}" for pod in others]
            if not after:
                faults.append(f"{quoted(mover)} is not in the API any more")
        return ruled(faults, f"{listed(map(quoted, self.movers))} as before, and bound to {quoted(self.machine)}")


@dataclass(frozen=True, slots=True, kw_only=True)
class DoubledMeanwhile:
    """What nobody can tell the end of runs on while others take its place: counted, named, and only what may."""

    name: ClassVar[str] = "doubled-meanwhile"
    claim: ClassVar[str] = (
        "Of a worker that is cut off what moved runs twice; a StatefulSet's pod and a bare pod never do"
    )
    machine: str
    others: tuple[str, ...]
    after: str = Moment.ENDURED

    def __post_init__(self) -> None:
        _demand(self.others)

    def judge(self, record: Record) -> Ruling:
        """What runs on both sides, as the machines themselves know it."""
        here = record.ask(MOVERS_THERE, self.machine, self.after)
        there = [name for other in self.others for name in record.ask(MOVERS_THERE, other, self.after)]
        if not here:
            raise UntoldError(f"nothing was measured: nothing ran on {quoted(self.machine)} while it was cut off")
        wrong = [name for name in there if _workload(name) in (Mover.ROOTED, Mover.STRAY)]
        if wrong:
            return broken(f"{listed(wrong)} ran elsewhere as well, and nobody knew whether it still ran there")
        twice = sorted({name for name in here if _workload(name) in map(_workload, there)})
        if not twice:
            return broken(
                f"{listed(here)} ran on {quoted(self.machine)}, and nothing that took its place elsewhere did"
            )
        return held(f"{listed(twice)} ran on {quoted(self.machine)} still, beside what took its place")


@dataclass(frozen=True, slots=True, kw_only=True)
class NoneDoubled:
    """In the end each machine runs what the API says, and each workload is there as often as it should be."""

    name: ClassVar[str] = "none-doubled"
    claim: ClassVar[str] = "Once the machine is back each workload runs as often as before, and nowhere twice"
    machines: tuple[str, ...]
    after: str = Moment.RECOVERED

    def __post_init__(self) -> None:
        _demand(self.machines)

    def judge(self, record: Record) -> Ruling:
        """The pods that the container runtimes of all workers run, counted by workload."""
        was = record.ask(PODS, CLUSTER, Moment.BEFORE)
        running = [name for machine in self.machines for name in record.ask(MOVERS_THERE, machine, self.after)]
        faults = []
        for mover in Mover:
            wanted = 0 if mover is Mover.STRAY else len(_of(was, mover))
            ran = sum(1 for name in running if _workload(name) == mover)
            if ran != wanted:
                faults.append(f"{quoted(mover)} runs {ran} times, and {wanted} are wanted")
        return ruled(faults, f"{counted(len(running), 'pod')} on {listed(map(quoted, self.machines))}, none twice")


@dataclass(frozen=True, slots=True, kw_only=True)
class GoneForGood:
    """A bare pod that has to leave is lost, and so are the bytes that a pod keeps on its machine: said aloud."""

    name: ClassVar[str] = "gone-for-good"
    claim: ClassVar[str] = "A bare pod that has to leave is gone for good, and its bytes with it"
    machine: str
    after: str = Moment.RECOVERED

    def judge(self, record: Record) -> Ruling:
        """It ran on the machine and had bytes there; now neither is found."""
        was, now = (_of(record.ask(PODS, CLUSTER, moment), Mover.STRAY) for moment in (Moment.BEFORE, self.after))
        had, has = (record.ask(POD_BYTES, self.machine, moment) for moment in (Moment.BEFORE, self.after))
        uid = was[0].metadata.uid if was else ""
        bytes_of = [path for path in had if uid and uid in path]
        if not bytes_of:
            raise UntoldError(f"nothing was measured: {quoted(Mover.STRAY)} had no bytes on {quoted(self.machine)}")
        faults = [f"{pod.title} is there still" for pod in now]
        faults += [f"{path} is there still" for path in has if uid in path]
        return ruled(faults, f"{was[0].title} and {counted(len(bytes_of), 'file')} of it are not there any more")


@dataclass(frozen=True, slots=True, kw_only=True)
class ServesAgain:
    """The machine may take pods, and what is bound to it stays there when it is away for less than the delay."""

    name: ClassVar[str] = "serves-again"
    claim: ClassVar[str] = "The worker is Ready and schedulable, and keeps its pods when away for less than the delay"
    machine: str

    def judge(self, record: Record) -> Ruling:
        """Its Node is Ready and schedulable; after one more reboot the same pods are bound to it."""
        nodes = [one for one in record.ask(NODES, CLUSTER, Moment.RECOVERED) if one.metadata.name == self.machine]
        if not nodes:
            return broken(f"the Node {quoted(self.machine)} is gone")
        faults = [f"the Node {quoted(self.machine)} is not Ready"] if not nodes[0].is_ready else []
        if nodes[0].spec.unschedulable:
            faults.append(f"the Node {quoted(self.machine)} is cordoned still: nobody said `kubectl uncordon`")
        was, now = (record.ask(PODS, CLUSTER, moment) for moment in (Moment.RECOVERED, Moment.REBOOTED))
        bound = {pod.metadata.uid: pod.title for pod in was if pod.spec.node == self.machine and _lasts(pod)}
        if not bound and not faults:
            raise UntoldError(f"nothing was measured: no pod was bound to {quoted(self.machine)} before the reboot")
        still = {pod.metadata.uid for pod in now if pod.spec.node == self.machine and pod.metadata.ending is None}
        left = [title for uid, title in sorted(bound.items()) if uid not in still]
        faults += [f"{listed(left)} left it when it was away for less than the delay"] if left else []
        return ruled(faults, f"Ready, schedulable, and {counted(len(bound), 'pod')} kept through one more reboot")


def _demand(names: tuple[str, ...]) -> None:
    if not names:
        raise ValueError("nothing is named that could be looked at")


def _of(pods: tuple[Pod, ...], mover: str) -> list[Pod]:
    return [
        pod for pod in pods if pod.metadata.namespace == NAMESPACE and (pod.metadata.labels or {}).get(_LABEL) == mover
    ]


def _workload(name: str) -> str:
    return name.partition("-")[0]


def _lasts(pod: Pod) -> bool:
    return pod.is_ready and pod.metadata.ending is None and (pod.owner is None or pod.owner.kind != "Job")


def _gaps(record: Record, probe: str) -> list[Gap]:
    fault = fault_start(record.history)
    probes = list(record.history.of(Kind.PROBE, probe=probe))
    if fault is None or not any(one.mono < fault.mono and one.data.get("ok") for one in probes):
        raise UntoldError(f"nothing was measured: {quoted(probe)} got no good answer before the fault")
    # Only changes are on record: who stopped asking would never have been refused.
    answered, end = number(probes[-1], "last_ok"), record.history.last(Kind.RECOVERY)
    if answered is None or end is None or (answered < end.mono and probes[-1].data.get("ok") is True):
        raise UntoldError(f"nothing was measured: {quoted(probe)} was asked no more before the recovery ended")
    record.note(fault)
    gaps = outage(record.history, probe)
    for event in probes:
        if any(event.mono == gap.noticed for gap in gaps):
            record.note(event)
    return gaps
