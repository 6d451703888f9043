"""Checks of a control plane that has another address than before."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar
from urllib.parse import urlsplit

from harness.facts import CLUSTER, Moment
from harness.facts.certificates import CERTIFICATES
from harness.facts.config import CLUSTER_INFO, KUBE_PROXY_CONFIG, KUBEADM_CONFIG
from harness.facts.etcd import ETCD_MEMBERS
from harness.facts.identity import ADMIN_SERVER, CERTIFICATES_REUSED, KUBELET_SERVER, server_in
from harness.facts.objects import NODES
from harness.verdict.record import Record, UntoldError
from harness.verdict.ruling import Ruling, broken, held, ruled
from harness.verdict.wording import counted, listed, quoted

_ADDRESSED = ("apiserver", "etcd/server", "etcd/peer")
Place = tuple[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class AddressInBackup:
    """What was put back would lead nobody to a place where nobody is."""

    name: ClassVar[str] = "address-in-backup"
    claim: ClassVar[str] = "What comes from the backup, and what workers kept, names the address that the machine has"
    machine: str
    workers: tuple[str, ...]
    old: str
    new: str
    moment: str = Moment.MOVED

    def judge(self, record: Record) -> Ruling:
        """Certificates, what kubeadm would do about them, and the kubelets of workers."""
        papers = {one.name: one.addresses for one in record.ask(CERTIFICATES, self.machine, self.moment)}
        reused = record.ask(CERTIFICATES_REUSED, self.machine, self.moment)
        gone = [f"{name}.crt" for name in _ADDRESSED if name not in papers]
        if gone:
            raise UntoldError(f"nothing was measured: {listed(gone)} of {quoted(self.machine)} is not there")
        places = {f"{name}.crt": papers[name] for name in _ADDRESSED}
        places |= {f"kubelet.conf of {quoted(one)}": self._called(record, one) for one in self.workers}
        bad = [place for place, known in places.items() if self.new not in known]
        if not bad:
            return held(f"{listed(places)} name {self.new}")
        old = [place for place in bad if self.old in places[place]]
        other = [place for place in bad if place not in old]
        silent = [place for place in bad if place.removesuffix(".crt") in reused]
        faults = [
            *([f"{listed(old)} name {self.old} alone"] if old else []),
            *([f"{listed(other)} name neither {self.old} nor {self.new}"] if other else []),
            *([f"kubeadm would use {listed(silent)} without a word"] if silent else []),
        ]
        return broken("; ".join(faults))

    def _called(self, record: Record, worker: str) -> tuple[str, ...]:
        return (urlsplit(record.ask(KUBELET_SERVER, worker, self.moment)).hostname or "",)


@dataclass(frozen=True, slots=True, kw_only=True)
class AddressMoved:
    """Each place that named the old address names the new one."""

    name: ClassVar[str] = "address-moved"
    claim: ClassVar[str] = "Each place that named the control plane's old address names the new one now"
    machine: str
    workers: tuple[str, ...]
    old: str
    new: str
    before: str = Moment.BEFORE
    after: str = Moment.RECOVERED

    def judge(self, record: Record) -> Ruling:
        """Place by place, before and after."""
        was, now = (dict(self._places(record, moment)) for moment in (self.before, self.after))
        other = [place for place, said in was.items() if not _names(said, self.old)]
        if other:
            raise UntoldError(f"nothing was measured: {listed(other)} did not name {self.old} before the fault")
        faults = [f"{place} still names {self.old}" for place, said in now.items() if _names(said, self.old)]
        faults += [
            f"{place} does not name {self.new}: {said or 'nothing'}"
            for place, said in now.items()
            if not _names(said, self.old) and not _names(said, self.new)
        ]
        return ruled(faults, f"{counted(len(now), 'place')} named {self.old} and name {self.new}: {', '.join(now)}")

    def _places(self, record: Record, moment: str) -> Iterator[Place]:
        papers = {one.name: one.addresses for one in record.ask(CERTIFICATES, self.machine, moment)}
        for name in _ADDRESSED:
            yield f"{name}.crt", " ".join(papers.get(name, ()))
        members = record.ask(ETCD_MEMBERS, self.machine, moment).members
        yield "the peer URL of etcd", " ".join(url for one in members for url in one.peer_urls)
        yield "cluster-info", record.ask(CLUSTER_INFO, CLUSTER, moment).server
        yield "kubeadm-config", record.ask(KUBEADM_CONFIG, CLUSTER, moment).values.get("controlPlaneEndpoint", "")
        proxy = record.ask(KUBE_PROXY_CONFIG, CLUSTER, moment).values
        yield "the ConfigMap kube-proxy", server_in(proxy.get("clusters", ""))
        yield f"admin.conf of {quoted(self.machine)}", record.ask(ADMIN_SERVER, self.machine, moment)
        for worker in self.workers:
            yield f"kubelet.conf of {quoted(worker)}", record.ask(KUBELET_SERVER, worker, moment)
        nodes = record.ask(NODES, CLUSTER, moment)
        found = [one.addresses for one in nodes if one.metadata.name == self.machine]
        yield f"the Node {quoted(self.machine)}", " ".join(found[0]) if found else ""


def _names(said: str, address: str) -> bool:
    """Whether an address stands in a text, and not only as the beginning or the end of a longer one."""
    return re.search(rf"(?<![0-9.]){re.escape(address)}(?![0-9])", said) is not None
