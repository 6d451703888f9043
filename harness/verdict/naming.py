"""Checks of a control plane that has another name than before."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

from harness.facts import CLUSTER, Moment
from harness.facts.certificates import CERTIFICATES
from harness.facts.etcd import ETCD_MEMBERS
from harness.facts.identity import KUBELET_USER
from harness.facts.objects import NODES, OBJECTS, PODS, KubeObject
from harness.verdict.record import Record, UntoldError
from harness.verdict.ruling import Ruling, broken, held, ruled
from harness.verdict.wording import counted, listed, quoted

_NODES = "the list of Nodes"
_VOLUME = "PersistentVolume"
_HOSTNAME = "kubernetes.io/hostname"
_NAMED = ("apiserver", "etcd/server", "etcd/peer")


@dataclass(frozen=True, slots=True, kw_only=True)
class GhostDiagnosed:
    """What comes back with etcd's data is bound to a machine that is not there any more."""

    name: ClassVar[str] = "ghost-diagnosed"
    claim: ClassVar[str] = "Each Node that comes back with the data is a machine"
    old: str
    new: str
    moment: str = Moment.RENAMED

    def judge(self, record: Record) -> Ruling:
        """The Node of the old name, what it is called, and how many pods wait for it."""
        nodes = {one.metadata.name: one for one in record.ask(NODES, CLUSTER, self.moment)}
        if self.new not in nodes:
            raise UntoldError(f"nothing was measured: the machine had not become the Node {quoted(self.new)}")
        if self.old not in nodes:
            return held(f"{listed(map(quoted, sorted(nodes)))}, each a machine")
        bound = [pod for pod in record.ask(PODS, CLUSTER, self.moment) if pod.spec.node == self.old]
        volumes = _volumes_of(record, self.old, self.moment)
        state = "Ready still" if nodes[self.old].is_ready else "not Ready"
        waiting = f"{counted(len(bound), 'pod')} and {counted(len(volumes), 'volume')} bound to it"
        return broken(f"no machine is the Node {quoted(self.old)}: it is called {state}, {waiting}")


@dataclass(frozen=True, slots=True, kw_only=True)
class NameMoved:
    """Each place that told the old name tells the new one, and no ghost is left."""

    name: ClassVar[str] = "name-moved"
    claim: ClassVar[str] = "Each place that told the control plane's old name tells the new one, and no ghost is left"
    machine: str
    old: str
    new: str
    before: str = Moment.BEFORE
    after: str = Moment.RECOVERED

    def judge(self, record: Record) -> Ruling:
        """Certificates, kubelet, etcd's member, volumes and Nodes, before and after; then the pods."""
        volumes = _volumes_of(record, self.old, self.before)
        if not volumes:
            raise UntoldError(f"nothing was measured: no volume was bound to {quoted(self.old)} before the fault")
        was, now = (dict(self._places(record, moment, volumes)) for moment in (self.before, self.after))
        other = [place for place, said in was.items() if self.old not in said]
        if other:
            raise UntoldError(f"nothing was measured: {listed(other)} did not tell {quoted(self.old)} before the fault")
        nodes = {one.metadata.name: one for one in record.ask(NODES, CLUSTER, self.after)}
        faults = [f"no machine is the Node {quoted(self.old)}, which is there still"] if self.old in nodes else []
        faults += [
            f"{place} tells {listed(map(quoted, said)) if said else 'nothing'}, and not {quoted(self.new)} alone"
            for place, said in now.items()
            if self.new not in said or (self.old in said and place != _NODES)
        ]
        if self.new in nodes and not nodes[self.new].is_ready:
            faults.append(f"the Node {quoted(self.new)} is not Ready")
        bound = [pod.title for pod in record.ask(PODS, CLUSTER, self.after) if pod.spec.node == self.old]
        faults += [f"bound to {quoted(self.old)} for good: {listed(bound)}"] if bound else []
        return ruled(faults, f"{counted(len(now), 'place')} told {quoted(self.old)} and tell {quoted(self.new)}")

    def _places(self, record: Record, moment: str, volumes: tuple[str, ...]) -> Iterator[tuple[str, tuple[str, ...]]]:
        papers = {one.name: one.names for one in record.ask(CERTIFICATES, self.machine, moment)}
        for name in _NAMED:
            yield f"{name}.crt", papers.get(name, ())
        yield "kubelet.conf", (record.ask(KUBELET_USER, self.machine, moment),)
        members = record.ask(ETCD_MEMBERS, self.machine, moment).members
        yield "etcd's list of members", tuple(one.name for one in members)
        nodes_of = {one.name: _nodes_of(one) for one in record.ask(OBJECTS, CLUSTER, moment) if one.kind == _VOLUME}
        for name in volumes:
            yield f"the volume {quoted(name)}", nodes_of.get(name, ())
        yield _NODES, tuple(one.metadata.name for one in record.ask(NODES, CLUSTER, moment))


def _volumes_of(record: Record, node: str, moment: str) -> tuple[str, ...]:
    """The volumes that only this Node has."""
    objects = record.ask(OBJECTS, CLUSTER, moment)
    return tuple(one.name for one in objects if one.kind == _VOLUME and node in _nodes_of(one))


def _nodes_of(volume: KubeObject) -> tuple[str, ...]:
    required = volume.content["spec"].get("nodeAffinity", {}).get("required", {})
    asked = (one for term in required.get("nodeSelectorTerms", ()) for one in term.get("matchExpressions", ()))
    return tuple(name for one in asked if one["key"] == _HOSTNAME for name in one.get("values", ()))
