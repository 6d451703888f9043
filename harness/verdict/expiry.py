"""Checks of certificates that have expired, and of those who were known by them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from harness.facts import CLUSTER, Moment
from harness.facts.certificates import CERTIFICATES, INIT_REFUSED, KUBELET_CERTIFICATE
from harness.facts.objects import NODES, Node
from harness.verdict.record import Record, UntoldError
from harness.verdict.ruling import Ruling, broken, held
from harness.verdict.wording import counted, listed, quoted


@dataclass(frozen=True, slots=True, kw_only=True)
class ExpiryDiagnosed:
    """What is wrong with the certificates of the backup is their age, whatever kubeadm says."""

    name: ClassVar[str] = "expiry-diagnosed"
    claim: ClassVar[str] = "kubeadm refuses the leaves of the backup, which are well signed and have expired"
    machine: str
    before: str = Moment.BEFORE
    then: str = Moment.DIAGNOSED

    def judge(self, record: Record) -> Ruling:
        """Each leaf was good before, is signed by its authority and too old now; and kubeadm turned them down."""
        good = self._alive(record, self.before)
        found = [one for one in record.ask(CERTIFICATES, self.machine, self.then) if one.is_leaf]
        if not found or set(good) != {one.name for one in found}:
            raise UntoldError("nothing was measured: the leaves had expired already before the fault, or are not there")
        alive = self._alive(record, self.then)
        if alive:
            raise UntoldError(f"nothing was measured: {listed(map(quoted, alive))} had not expired when put back")
        unsigned = [one.name for one in found if not one.signed_by]
        if unsigned:
            return broken(f"{listed(map(quoted, unsigned))} of the backup is signed by no authority of the backup")
        answer = record.ask(INIT_REFUSED, self.machine, self.then)
        if not answer.refused:
            return broken("kubeadm took leaves that have expired, and made a control plane that nobody can trust")
        first = min(found, key=lambda one: one.not_after)
        truth = f"all {counted(len(found), 'leaf').replace('leafs', 'leaves')} are signed"
        return held(f'kubeadm said: "{answer.said}"; in truth {truth}, and expired from {first.not_after:%F %T} UTC on')

    def _alive(self, record: Record, moment: str) -> list[str]:
        """The leaves that had not expired at the time of the answer; its last second belongs to a certificate."""
        found = record.ask(CERTIFICATES, self.machine, moment)
        asked = record.find(CERTIFICATES, self.machine, moment)
        return [one.name for one in found if one.is_leaf and asked is not None and one.not_after >= asked.at]


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkerRejoined:
    """A worker whose certificate expired is known again, as the same Node."""

    name: ClassVar[str] = "worker-rejoined"
    claim: ClassVar[str] = "A worker whose client certificate expired is the same Node again, by a new certificate"
    machine: str
    before: str = Moment.BEFORE
    lost: str = Moment.FAULTED
    after: str = Moment.RECOVERED

    def judge(self, record: Record) -> Ruling:
        """The old certificate is too old, the new one is another, and the Node is Ready under its UID."""
        old, new = (record.ask(KUBELET_CERTIFICATE, self.machine, moment) for moment in (self.lost, self.after))
        asked = record.find(KUBELET_CERTIFICATE, self.machine, self.after)
        if asked is None or old.not_after >= asked.at:
            raise UntoldError(f"nothing was measured: the certificate of {quoted(self.machine)} has not expired")
        if new.serial == old.serial:
            return broken(
                f"the kubelet of {quoted(self.machine)} has no other certificate than the one that expired"
                f" {old.not_after:%F %T} UTC"
            )
        was, now = (self._node(record, moment) for moment in (self.before, self.after))
        if was is None:
            raise UntoldError(f"nothing was measured: {quoted(self.machine)} was no Node before the fault")
        if now is None or not now.is_ready:
            return broken(f"the Node {quoted(self.machine)} is not Ready, though it has a new certificate")
        if now.metadata.uid != was.metadata.uid:
            return broken(f"the Node {quoted(self.machine)} is another one: its UID was {was.metadata.uid}")
        return held(f"known by a certificate until {new.not_after:%F %T} UTC; the old one ended {old.not_after:%T}")

    def _node(self, record: Record, moment: str) -> Node | None:
        nodes = record.ask(NODES, CLUSTER, moment)
        return next((one for one in nodes if one.metadata.name == self.machine), None)
