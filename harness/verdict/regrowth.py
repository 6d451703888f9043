"""Checks of a control plane that one machine restored alone, and that others joined again."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from harness.facts import CLUSTER, Moment
from harness.facts.etcd import ETCD_CLUSTER, ETCD_MEMBERS
from harness.facts.join import UPLOADED_CERTS
from harness.facts.objects import NODES, PODS, REDEPLOYED_FOR, Pod
from harness.facts.sandbox import POD_SANDBOXES
from harness.journal import Event, Kind
from harness.verdict.record import Record, UntoldError
from harness.verdict.ruling import Ruling, broken, held, ruled
from harness.verdict.wording import changed, counted, listed, quoted

#: What cannot do without an API, and the question by which a recovery finds out that there is one.
_NEED_API = ("kubectl", "kubeadm")
_READY = "/readyz"


@dataclass(frozen=True, slots=True, kw_only=True)
class ApiNotNeeded:
    """Until an API was there again nobody asked one."""

    name: ClassVar[str] = "api-not-needed"
    claim: ClassVar[str] = "Each step until the API was ready again was taken on the machines, without any API"
    machine: str

    def judge(self, record: Record) -> Ruling:
        """Between the recovery's beginning and the first API that was ready nothing was run that needs one."""
        start = next(record.of(Kind.RECOVERY, state="start"), None)
        typed = [] if start is None else [one for one in record.history.of(Kind.COMMAND) if one.seq > start.seq]
        ready = next((one for one in typed if _asks(one) and one.data.get("status") == 0), None)
        if start is None or ready is None or ready.data.get("node") != self.machine:
            raise UntoldError(f"a planned check never ran: the API of {quoted(self.machine)} was never seen ready")
        steps = [one for one in typed if one.seq < record.note(ready).seq]
        asked = [record.note(one) for one in steps if one.data["argv"][0] in _NEED_API]
        if asked:
            told = listed(f"{' '.join(one.data['argv'][:3])} on {quoted(one.data.get('node'))}" for one in asked)
            return broken(f"before the API was ready again the recovery asked it: {told}")
        return held(f"{counted(len(steps), 'step')} on {listed(_machines(steps))} before the API was ready")


def _asks(event: Event) -> bool:
    """Whether it is the question for an API that is ready."""
    argv: list[str] = event.data["argv"]
    return argv[0] == "kubectl" and argv[-1] == _READY


def _machines(steps: list[Event]) -> list[str]:
    return list(dict.fromkeys(quoted(one.data.get("node")) for one in steps))


@dataclass(frozen=True, slots=True, kw_only=True)
class SingleMember:
    """The restored member was alone and right before anybody joined it."""

    name: ClassVar[str] = "single-member"
    claim: ClassVar[str] = "The restored etcd was one member under its machine's name and peer URL before others joined"
    machine: str
    ip: str
    moment: str = Moment.ALONE

    def judge(self, record: Record) -> Ruling:
        """One member, with the right name and peer URL, out of one static pod."""
        members = record.ask(ETCD_MEMBERS, self.machine, self.moment).members
        boxes = record.ask(POD_SANDBOXES, self.machine, self.moment)
        pods = [box.metadata.name for box in boxes if box.is_running and box.metadata.name == f"etcd-{self.machine}"]
        url = f"https://{self.ip}:2380"
        faults = []
        if len(members) != 1:
            faults.append(f"the restored etcd has {counted(len(members), 'member')}: {listed(m.name for m in members)}")
        for one in members:
            if one.name != self.machine or one.peer_urls != [url]:
                told = f"{quoted(one.name)} with the peer URL {listed(one.peer_urls)}"
                faults.append(f"the restored member is {told}, not {quoted(self.machine)} at {url}")
        if len(pods) != 1:
            faults.append(f"{counted(len(pods), 'pod')} of etcd ran on {quoted(self.machine)}")
        return ruled(faults, f"{quoted(self.machine)} at {url}, alone, in one static pod")


@dataclass(frozen=True, slots=True, kw_only=True)
class GhostsGone:
    """Machines that are lost are Nodes no more: who has their names now is somebody else."""

    name: ClassVar[str] = "ghosts-gone"
    claim: ClassVar[str] = "The Nodes of the lost machines were deleted, and those of their names are new ones"
    machines: tuple[str, ...]
    before: str = Moment.BEFORE
    after: str = Moment.RECOVERED

    def __post_init__(self) -> None:
        if not self.machines:
            raise ValueError("no machine is named")

    def judge(self, record: Record) -> Ruling:
        """Each lost machine's Node has another UID, and is Ready."""
        was, now = (
            {one.metadata.name: one for one in record.ask(NODES, CLUSTER, moment)}
            for moment in (self.before, self.after)
        )
        faults, seen = [], []
        for name in self.machines:
            if name not in was:
                raise UntoldError(f"nothing was measured: {quoted(name)} was no Node before the fault")
            if name not in now:
                faults.append(f"no machine has joined as {quoted(name)}")
            elif now[name].metadata.uid == was[name].metadata.uid:
                faults.append(f"the Node {quoted(name)} is still that of the lost machine: a ghost")
            elif not now[name].is_ready:
                faults.append(f"the Node {quoted(name)} is not Ready")
            else:
                seen.append(changed(f"the UID of {quoted(name)}", was[name].metadata.uid, now[name].metadata.uid))
        return ruled(faults, "; ".join(seen))


@dataclass(frozen=True, slots=True, kw_only=True)
class CertificatesUploaded:
    """What control planes join with was put into the cluster after the restore."""

    name: ClassVar[str] = "certificates-uploaded"
    claim: ClassVar[str] = "The certificates for joining control planes were uploaded anew: they live 2 hours"
    machine: str
    before: str = Moment.BEFORE
    after: str = Moment.RECOVERED

    def judge(self, record: Record) -> Ruling:
        """They end with another token than those of before."""
        was, now = (record.ask(UPLOADED_CERTS, self.machine, moment) for moment in (self.before, self.after))
        if not now:
            return broken("the cluster holds no certificates for control planes that want to join")
        if was == now:
            return broken(f"the certificates in the cluster still end with the token of before, {quoted(now)}")
        return held(changed("the token that they end with", was or "none", now))


@dataclass(frozen=True, slots=True, kw_only=True)
class OneCluster:
    """Nobody goes on with what was to be replaced."""

    name: ClassVar[str] = "one-cluster"
    claim: ClassVar[str] = "Once the restored etcd answered no other cluster did: the other control planes were silent"
    machine: str
    others: tuple[str, ...]
    before: str = Moment.BEFORE
    moment: str = Moment.ALONE

    def __post_init__(self) -> None:
        if not self.others:
            raise ValueError("no other machine is named")

    def judge(self, record: Record) -> Ruling:
        """The restored machine's etcd answers, and is another cluster's than any that answers besides."""
        own = record.ask(ETCD_CLUSTER, self.machine, self.moment)
        answers = {name: record.ask(ETCD_CLUSTER, name, self.moment) for name in self.others}
        if not own:
            raise UntoldError(f"nothing was measured: the restored etcd of {quoted(self.machine)} did not answer")
        foreign = [f"{quoted(name)} is of {one}" for name, one in answers.items() if one and one != own]
        if foreign:
            return broken(
                f"two clusters answer: the etcd of {quoted(self.machine)} is of {own}, that of {listed(foreign)}"
            )
        silent = [quoted(name) for name, one in answers.items() if not one]
        return held(f"cluster {own} on {quoted(self.machine)}; {listed(silent) or 'nobody'} silent")


@dataclass(frozen=True, slots=True, kw_only=True)
class OneRevision:
    """All control planes run from the same new manifests."""

    name: ClassVar[str] = "one-revision"
    claim: ClassVar[str] = "etcd and the rest of the control plane run from one new revision on each of the machines"
    machines: tuple[str, ...]
    programs: tuple[str, ...] = ("etcd", "kube-apiserver", "kube-controller-manager", "kube-scheduler")
    before: str = Moment.BEFORE
    after: str = Moment.RECOVERED

    def __post_init__(self) -> None:
        if not self.machines or not self.programs:
            raise ValueError("no machine or no program is named")

    def judge(self, record: Record) -> Ruling:
        """Each static pod is Ready and says why it was deployed anew, all the same, and another thing than before."""
        was, now = (
            {pod.metadata.name: pod for pod in record.ask(PODS, CLUSTER, moment)}
            for moment in (self.before, self.after)
        )
        wanted = [f"{program}-{machine}" for machine in self.machines for program in self.programs]
        faults = [f"{name} is not running and ready" for name in wanted if name not in now or not now[name].is_ready]
        told = {name: _revision(now.get(name)) for name in wanted}
        old = [name for name in wanted if not told[name] or told[name] == _revision(was.get(name))]
        if old:
            faults.append(f"still of the revision of before: {listed(old)}")
        elif len(set(told.values())) > 1:
            faults.append(f"several revisions: {listed(f'{name} of {one}' for name, one in told.items())}")
        revision = quoted(next(iter(told.values())))
        return ruled(
            faults, f"{counted(len(wanted), 'static pod')} of {counted(len(self.machines), 'machine')}: {revision}"
        )


def _revision(pod: Pod | None) -> str:
    return (pod.metadata.annotations or {}).get(REDEPLOYED_FOR, "") if pod is not None else ""
