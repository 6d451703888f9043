"""Checks of the pods, in the API and on the machines."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import ClassVar

from harness.facts import CLUSTER, Moment
from harness.facts.objects import PODS, Pod
from harness.facts.sandbox import POD_SANDBOXES, Sandbox
from harness.verdict.record import Record, UntoldError
from harness.verdict.ruling import Ruling, ruled
from harness.verdict.wording import counted, listed, quoted

_ENDED_WELL = "Succeeded"
ADD_ONS = ("kube-system", "kube-flannel")


@dataclass(frozen=True, slots=True, kw_only=True)
class AddOnsRunning:
    """Every pod that must run is Ready, and none of them is simply gone."""

    name: ClassVar[str] = "add-ons-running"
    claim: ClassVar[str] = "The pods of the add-ons and of the canaries run and are ready, as many as before"
    namespaces: tuple[str, ...] = ADD_ONS
    #: Machines that call themselves something else since, and what: their static pods are called after them.
    renamed: Mapping[str, str] = field(default_factory=dict)
    before: str = Moment.BEFORE
    after: str = Moment.RECOVERED

    def judge(self, record: Record) -> Ruling:
        """Pods are Ready, and each owner of before has its pods; Jobs come and go and are left out."""
        before = self._lasting(record.ask(PODS, CLUSTER, self.before))
        silent = [name for name in self.namespaces if not any(pod.metadata.namespace == name for pod in before)]
        if silent or not before:
            raise UntoldError(
                f"nothing was measured: before the fault no pod ran in {listed(silent or self.namespaces)}"
            )
        after = self._lasting(record.ask(PODS, CLUSTER, self.after))
        # A pod that ended well was meant to end, but it does not stand for one that must run.
        unready = [pod for pod in after if not pod.is_ready and pod.status.phase != _ENDED_WELL]
        running = [pod for pod in after if pod.is_ready]
        were = Counter(_group(pod, self.renamed) for pod in before if pod.status.phase != _ENDED_WELL)
        are = Counter(map(_group, running))
        fewer = [f"{group} ({are[group]} of {count})" for group, count in sorted(were.items()) if are[group] < count]
        faults = [
            *([f"not running and ready: {listed(map(_state, unready))}"] if unready else []),
            *([f"pods are missing: {listed(fewer)}"] if fewer else []),
        ]
        return ruled(faults, f"{counted(len(running), 'pod')} running and ready in {listed(self.namespaces)}")

    def _lasting(self, pods: tuple[Pod, ...]) -> list[Pod]:
        return [
            pod
            for pod in pods
            if pod.metadata.namespace in self.namespaces and (pod.owner is None or pod.owner.kind != "Job")
        ]


@dataclass(frozen=True, slots=True, kw_only=True)
class NoOrphans:
    """Machines run nothing that the API does not know."""

    name: ClassVar[str] = "no-orphans"
    claim: ClassVar[str] = "No machine runs a pod that the API does not know"
    machines: tuple[str, ...]
    after: str = Moment.RECOVERED

    def __post_init__(self) -> None:
        if not self.machines:
            raise ValueError("no machine is named")

    def judge(self, record: Record) -> Ruling:
        """Each running sandbox has its pod; static pods are known by name, since their UID is another in the API."""
        pods = record.ask(PODS, CLUSTER, self.after)
        uids = {pod.metadata.uid for pod in pods}
        names = {pod.title for pod in pods}
        faults, seen = [], 0
        for machine in self.machines:
            running = [box for box in record.ask(POD_SANDBOXES, machine, self.after) if box.is_running]
            if not running:
                raise UntoldError(
                    f"nothing was measured: the container runtime of {quoted(machine)} runs no pod at all"
                )
            orphans = [_title(box) for box in running if not _known(box, uids, names)]
            seen += len(running)
            if orphans:
                faults.append(f"{quoted(machine)} runs {listed(orphans)}, which the API does not know")
        return ruled(faults, f"{counted(seen, 'pod sandbox').replace('xs', 'xes')}, all known to the API")


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkloadsUntouched:
    """Who runs on a machine that was not struck goes on running, as if nothing had been."""

    name: ClassVar[str] = "workloads-untouched"
    claim: ClassVar[str] = "The workloads on the workers were never restarted: the same sandboxes and containers run"
    machines: tuple[str, ...]
    namespaces: tuple[str, ...]
    #: Workloads that the trials change, as kind, namespace and name.
    ignoring: tuple[str, ...] = ()
    before: str = Moment.BEFORE
    after: tuple[str, ...] = (Moment.RECOVERED, Moment.REBOOTED)

    def __post_init__(self) -> None:
        if not self.machines or not self.namespaces or not self.after:
            raise ValueError("no machine, no namespace or no moment is named")

    def judge(self, record: Record) -> Ruling:
        """Each sandbox of before runs under its id, and its containers began when they had begun before."""
        pods = {pod.metadata.uid: pod for pod in record.ask(PODS, CLUSTER, self.before) if self._counts(pod)}
        faults, seen = [], 0
        for machine in self.machines:
            boxes = [box for box in self._running(record, machine, self.before) if box.metadata.uid in pods]
            if not boxes:
                raise UntoldError(f"nothing was measured: no workload ran on {quoted(machine)} before the fault")
            seen += len(boxes)
            for moment in self.after:
                ids = {box.id for box in self._running(record, machine, moment)}
                now = {pod.metadata.uid: pod for pod in record.ask(PODS, CLUSTER, moment)}
                stopped = [_title(box) for box in boxes if box.id not in ids]
                anew = [
                    pods[box.metadata.uid].title
                    for box in boxes
                    if box.id in ids and _began(now.get(box.metadata.uid)) != _began(pods[box.metadata.uid])
                ]
                faults += [f"{listed(stopped)} stopped on {quoted(machine)} by '{moment}'"] if stopped else []
                faults += [f"containers of {listed(anew)} were started anew by '{moment}'"] if anew else []
        return ruled(faults, f"{counted(seen, 'pod')} on {listed(map(quoted, self.machines))}, never restarted")

    def _counts(self, pod: Pod) -> bool:
        job = pod.owner is not None and pod.owner.kind == "Job"
        return pod.metadata.namespace in self.namespaces and not job and _group(pod) not in self.ignoring

    def _running(self, record: Record, machine: str, moment: str) -> list[Sandbox]:
        return [box for box in record.ask(POD_SANDBOXES, machine, moment) if box.is_running]


def _began(pod: Pod | None) -> str:
    return pod.started if pod is not None else ""


def _state(pod: Pod) -> str:
    return f"{pod.title} ({pod.status.phase or 'no phase'})"


def _known(box: Sandbox, uids: set[str], names: set[str]) -> bool:
    return box.metadata.uid in uids or (box.is_static and _title(box) in names)


def _title(box: Sandbox) -> str:
    return f"{box.metadata.namespace}/{box.metadata.name}"


def _group(pod: Pod, renamed: Mapping[str, str] | None = None) -> str:
    """The controller behind a pod; the name of a ReplicaSet without its hash is that of its Deployment."""
    owner = pod.owner
    if owner is not None and owner.kind == "Node" and owner.name in (renamed or {}):
        return f"pod {pod.title.removesuffix(owner.name)}{(renamed or {})[owner.name]}"
    if owner is None or owner.kind == "Node":
        return f"pod {pod.title}"
    if owner.kind == "ReplicaSet":
        return f"Deployment {pod.metadata.namespace}/{owner.name.rpartition('-')[0] or owner.name}"
    return f"{owner.kind} {pod.metadata.namespace}/{owner.name}"
