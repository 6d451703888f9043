"""Checks that the objects of the cluster came back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import ClassVar

from harness.facts import CLUSTER, Moment
from harness.facts.disk import ETCD_DISK
from harness.facts.objects import LATE_OBJECT, NODES, OBJECTS, KubeObject, Node
from harness.facts.reading import flattened
from harness.verdict.record import Record, UntoldError
from harness.verdict.ruling import Ruling, ruled
from harness.verdict.wording import changed, counted, listed, quoted

_CLUSTER_OBJECT = "Namespace kube-system"
#: Taints that the node controller sets and lifts by itself.
_PASSING_TAINTS = "node.kubernetes.io/"
_HOSTNAME = "kubernetes.io/hostname"


@dataclass(frozen=True, slots=True, kw_only=True)
class ObjectsSurvived:
    """Each chosen object of before is there with its UID and its content."""

    name: ClassVar[str] = "objects-survived"
    claim: ClassVar[str] = "The objects of before are there, with the same UID and content"
    machine: str = ""
    ignoring: tuple[str, ...] = ()
    before: str = Moment.BEFORE
    after: str = Moment.RECOVERED

    def judge(self, record: Record) -> Ruling:
        """Missing, replaced and changed objects are told apart and named."""
        before = _by_title(record.ask(OBJECTS, CLUSTER, self.before))
        before = {title: one for title, one in before.items() if title not in self.ignoring}
        if not before:
            raise UntoldError("nothing was measured: no object was chosen before the fault")
        after = _by_title(record.ask(OBJECTS, CLUSTER, self.after))
        missing = [title for title in before if title not in after]
        there = [title for title in before if title in after]
        replaced = [title for title in there if before[title].uid != after[title].uid]
        other = [
            title
            for title in there
            if title not in replaced and dict(_content(before[title])) != dict(_content(after[title]))
        ]
        faults = [
            *([f"{counted(len(missing), 'object')} missing: {listed(missing)}"] if missing else []),
            *(
                [f"{counted(len(replaced), 'object')} made anew, with another UID: {listed(replaced)}"]
                if replaced
                else []
            ),
            *[f"{title} has changed: {_difference(before[title], after[title])}" for title in other[:3]],
            *([f"{counted(len(other) - 3, 'more object')} changed"] if len(other) > 3 else []),
        ]
        if missing or replaced:
            faults += self._data_disk(record, whole=_CLUSTER_OBJECT in (*missing, *replaced))
        return ruled(faults, f"{counted(len(before), 'object')} with the same UID and content")

    def _data_disk(self, record: Record, *, whole: bool) -> list[str]:
        if not self.machine or not whole:
            return []
        disk = f"the data disk 'etcd' of {quoted(self.machine)}"
        if not all(record.asked(ETCD_DISK, self.machine, moment) for moment in (self.before, self.after)):
            return [f"this is another cluster: {disk} did not bring the old one back"]
        was, now = (record.ask(ETCD_DISK, self.machine, moment) for moment in (self.before, self.after))
        if was.identity == now.identity:
            return [f"this is another cluster: {disk} came back empty"]
        return [f"this is another cluster: {disk} {changed('', was.identity, now.identity).strip()}"]


@dataclass(frozen=True, slots=True, kw_only=True)
class NodeTaintsAndLabels:
    """Each Node of before has its taints and labels, and no Node came from nowhere."""

    name: ClassVar[str] = "node-taints-and-labels"
    claim: ClassVar[str] = "The Nodes of before are there with their taints and labels, and no others"
    joined: tuple[str, ...] = ()
    #: Machines that call themselves something else since, and what.
    renamed: Mapping[str, str] = field(default_factory=dict)
    before: str = Moment.BEFORE
    after: str = Moment.RECOVERED

    def judge(self, record: Record) -> Ruling:
        """Nodes, taints and labels are compared one by one; `joined` may have come since."""
        was = record.ask(NODES, CLUSTER, self.before)
        before = {self.renamed.get(node.metadata.name, node.metadata.name): node for node in was}
        if not before:
            raise UntoldError("nothing was measured: there was no Node before the fault")
        after = {node.metadata.name: node for node in record.ask(NODES, CLUSTER, self.after)}
        faults = [f"the Node {quoted(name)} is missing" for name in before if name not in after]
        faults += [
            f"the Node {quoted(name)} was not there before"
            for name in after
            if name not in before and name not in self.joined
        ]
        for name in before:
            if name in after:
                faults += _node_changes(before[name], after[name], self.renamed)
        return ruled(faults, f"{counted(len(before), 'Node')} with the same taints and labels: {listed(before)}")


@dataclass(frozen=True, slots=True, kw_only=True)
class LateObject:
    """What was written when the backup was already taken goes the way of the data."""

    name: ClassVar[str] = "late-object"
    claim: ClassVar[str] = (
        "An object written after the backup is kept where the data are, and gone where they are restored"
    )
    restored: bool
    before: str = Moment.BEFORE
    after: str = Moment.RECOVERED

    def judge(self, record: Record) -> Ruling:
        """It was there before the fault, and is or is not there now."""
        was, now = (record.ask(LATE_OBJECT, CLUSTER, moment) for moment in (self.before, self.after))
        if was is None:
            raise UntoldError("nothing was measured: the object was not there before the fault")
        if self.restored:
            gone = "gone, as everything that was written after the backup"
            return ruled(["the object written after the backup is still there"] if now is not None else [], gone)
        if now is None:
            return ruled(["the object written after the backup is gone, although the data were kept"], "")
        return ruled([changed("the object's UID", was, now)] if now != was else [], "there, with the same UID")


def cluster_uid(record: Record, moment: str) -> str:
    """The UID of kube-system, by which one cluster is told from another."""
    for one in record.ask(OBJECTS, CLUSTER, moment):
        if one.title == _CLUSTER_OBJECT:
            return one.uid
    raise UntoldError(f"'objects' at '{moment}' does not hold the {_CLUSTER_OBJECT}, which tells clusters apart")


def _by_title(objects: tuple[KubeObject, ...]) -> dict[str, KubeObject]:
    return {one.title: one for one in objects}


def _content(one: KubeObject) -> tuple[tuple[str, str], ...]:
    return tuple(flattened({"content": one.content}))


def _difference(before: KubeObject, after: KubeObject) -> str:
    was, now = dict(_content(before)), dict(_content(after))
    paths = sorted(path for path in was.keys() | now.keys() if was.get(path) != now.get(path))
    return listed(path.removeprefix("content.") for path in paths)


def _node_changes(before: Node, after: Node, renamed: Mapping[str, str]) -> list[str]:
    name, faults = quoted(after.metadata.name), []
    was, now = _taints(before), _taints(after)
    if now - was:
        faults.append(f"the Node {name} has the taint {listed(sorted(now - was))}, which it had not before")
    if was - now:
        faults.append(f"the Node {name} lost the taint {listed(sorted(was - now))}")
    old, new = dict(before.metadata.labels or {}), after.metadata.labels or {}
    if _HOSTNAME in old:
        old[_HOSTNAME] = renamed.get(old[_HOSTNAME], old[_HOSTNAME])
    lost = [key for key in sorted(old) if key not in new]
    gained = [key for key in sorted(new) if key not in old]
    other = [key for key in sorted(old) if key in new and old[key] != new[key]]
    for what, keys in (("lost", lost), ("gained", gained), ("has another value of", other)):
        if keys:
            faults.append(f"the Node {name} {what} the label {listed(keys)}")
    return faults


def _taints(node: Node) -> set[str]:
    return {str(taint) for taint in node.spec.taints or [] if not taint.key.startswith(_PASSING_TAINTS)}
