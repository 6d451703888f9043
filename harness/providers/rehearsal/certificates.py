"""What kubeadm does about certificates: use what is there, make what is missing, refuse what does not fit."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import TYPE_CHECKING

from harness.providers.rehearsal.own_objects import PKI
from harness.providers.rehearsal.pki import YEAR, Pair, addresses_of, good_until, is_issued_by, kubeconfig

if TYPE_CHECKING:
    from harness.providers.rehearsal.machine import SimulatedMachine

FOLDER = "/etc/kubernetes"
_AUTHORITIES = {"ca": "kubernetes", "front-proxy-ca": "front-proxy-ca", "etcd/ca": "etcd-ca"}
_LEAVES = {
    "apiserver": "ca",
    "apiserver-kubelet-client": "ca",
    "front-proxy-client": "front-proxy-ca",
    "etcd/server": "etcd/ca",
    "etcd/peer": "etcd/ca",
    "etcd/healthcheck-client": "etcd/ca",
    "apiserver-etcd-client": "etcd/ca",
}
#: Those that name the machine's address, each with the other one that it names.
_ADDRESSED = {"apiserver": "10.96.0.1", "etcd/server": "127.0.0.1", "etcd/peer": "127.0.0.1"}
_USERS = {
    "admin.conf": "kubernetes-admin",
    "super-admin.conf": "kubernetes-super-admin",
    "controller-manager.conf": "system:kube-controller-manager",
    "scheduler.conf": "system:kube-scheduler",
    "kubelet.conf": "system:node",
}
_SIGNED_BY_CA = {"apiserver": "API server", "apiserver-kubelet-client": "API server kubelet client"}


class KubeadmError(Exception):
    """kubeadm ends with these words."""


class Certificates:
    """The PKI of one machine."""

    def __init__(self, machine: SimulatedMachine) -> None:
        self._machine = machine
        self._forge = machine.world.forge

    def refuse_incomplete_external_ca(self) -> None:
        """With the CA's certificate alone kubeadm can sign nothing, and takes it that somebody else has signed all."""
        if not self._has(f"{PKI}/ca.crt") or self._has(f"{PKI}/ca.key"):
            return
        for name, title in _SIGNED_BY_CA.items():
            path = f"{PKI}/{name}.crt"
            if not self._has(path):
                missing = f"couldn't load the certificate file {path}: open {path}: no such file or directory"
                raise KubeadmError(
                    "invalid or incomplete external CA: "
                    f"failure loading certificate for {title}: failed to load certificate: {missing}"
                )
        for name in _USERS:
            if name != "kubelet.conf" and not self._has(f"{FOLDER}/{name}"):
                raise KubeadmError(f"stat {FOLDER}/{name}: no such file or directory")

    def complete(self, lasting: timedelta = YEAR, *, etcd_is_elsewhere: bool = False) -> None:
        """The phase `certs`; for an etcd that is elsewhere somebody else makes them."""
        wanted = [name for name in (*_AUTHORITIES, *_LEAVES) if not (etcd_is_elsewhere and "etcd" in name)]
        for name in wanted:
            self.make(name, lasting)
        if not self._has(f"{PKI}/sa.key"):
            pair = self._forge.signing_key()
            self._machine.write(f"{PKI}/sa.pub", pair.public, 0o600)
            self._machine.write(f"{PKI}/sa.key", pair.key, 0o600)

    def make(self, name: str, lasting: timedelta = YEAR) -> None:
        """One of them, if it is not there."""
        if name in _LEAVES:
            self._leaf(name, _LEAVES[name], lasting)
        elif not self._has(f"{PKI}/{name}.crt"):
            self._write(name, self._forge.authority(_AUTHORITIES[name]))

    def renew(self, lasting: timedelta) -> None:
        """`kubeadm certs renew all`: it asks nobody whether they were good, and leaves alone what it cannot sign."""
        for name, issuer in _LEAVES.items():
            if self._has(f"{PKI}/{issuer}.key"):
                self._write(name, self._forge.leaf(name, self._pair(issuer), lasting, self._addresses(name)))

    def introduce(self, server: str, lasting: timedelta = YEAR) -> None:
        """The phase `kubeconfig`."""
        for name, user in _USERS.items():
            known = f"{user}:{self._machine.spec.called}" if name == "kubelet.conf" else user
            self._kubeconfig(name, known, server, lasting)

    def shared(self) -> dict[str, bytes]:
        """What all control planes have in common."""
        pairs = {f"{name}.{end}" for name in _AUTHORITIES for end in ("crt", "key")}
        names = sorted((*pairs, "sa.key", "sa.pub"))
        return {name: self._machine.read(f"{PKI}/{name}") or b"" for name in names}

    def take(self, shared: Mapping[str, bytes]) -> None:
        """Put in what another control plane has given."""
        for name, content in shared.items():
            self._machine.write(f"{PKI}/{name}", content, 0o644 if name.endswith(".crt") else 0o600)

    def sign(self, user: str, lasting: timedelta) -> Pair:
        """A client's certificate."""
        return self._forge.leaf(user, self._pair("ca"), lasting)

    def _leaf(self, name: str, issuer: str, lasting: timedelta) -> None:
        if not self._has(f"{PKI}/{name}.crt"):
            self._write(name, self._forge.leaf(name, self._pair(issuer), lasting, self._addresses(name)))
            return
        if good_until(self._pair(name).public) <= self._machine.world.clock.now():
            raise KubeadmError(
                f"error execution phase certs/{name.replace('/', '-')}: [certs] certificate {name} not signed by CA"
                f" certificate {issuer}: x509: certificate has expired or is not yet valid"
            )
        if not is_issued_by(self._pair(name).public, self._pair(issuer).public):
            raise KubeadmError(
                f"error execution phase certs/{name.replace('/', '-')}: failed to write or validate certificate"
                f' "{name}": certificate {name} is not signed by corresponding CA'
            )

    def reused(self) -> list[str]:
        """The leaves that are there: kubeadm looks at their signatures and dates, not at their addresses."""
        return [name for name in _LEAVES if self._has(f"{PKI}/{name}.crt")]

    def refuse_strange_api(self) -> None:
        """kubeadm hangs up on an API whose certificate is for another address, and does not say so."""
        own = self._machine.spec.ip
        if self.strange_address():
            raise KubeadmError(
                "error execution phase wait-control-plane: failed while waiting for the control plane to start:"
                f" kube-apiserver check failed at https://{own}:6443/livez: client rate limiter Wait returned an error:"
                " rate: Wait(n=1) would exceed context deadline"
            )

    def strange_address(self) -> str:
        """What a client is told that calls the API by an address which its certificate does not name; else nothing."""
        known, own = addresses_of(self._pair("apiserver").public), str(self._machine.spec.ip)
        if own in known:
            return ""
        return f"tls: failed to verify certificate: x509: certificate is valid for {', '.join(known)}, not {own}"

    def _addresses(self, name: str) -> tuple[str, ...]:
        spec = self._machine.spec
        return (_ADDRESSED[name], str(spec.ip), spec.called) if name in _ADDRESSED else ()

    def _kubeconfig(self, name: str, user: str, server: str, lasting: timedelta) -> None:
        path, ca = f"{FOLDER}/{name}", self._pair("ca").public
        if not self._has(path):
            self._machine.write(path, kubeconfig(server, ca, user, self.sign(user, lasting)), 0o600)

    def _has(self, path: str) -> bool:
        return self._machine.file(path) is not None

    def _pair(self, name: str) -> Pair:
        return Pair(*(self._machine.read(f"{PKI}/{name}.{end}") or b"" for end in ("crt", "key")))

    def _write(self, name: str, pair: Pair) -> None:
        self._machine.write(f"{PKI}/{name}.crt", pair.public, 0o644)
        self._machine.write(f"{PKI}/{name}.key", pair.key, 0o600)
