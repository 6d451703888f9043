"""What a simulated API server makes by itself."""

from __future__ import annotations

from typing import TYPE_CHECKING

from harness.providers.rehearsal.server import ObjectStore

if TYPE_CHECKING:
    from harness.providers.rehearsal.machine import SimulatedMachine

PKI = "/etc/kubernetes/pki"
_NAMESPACES = ("default", "kube-system", "kube-public", "kube-node-lease")


def make_own_objects(machine: SimulatedMachine, ca: bytes, store: ObjectStore) -> None:
    """Namespaces, the Service of the API itself, and whom the API server trusts."""
    for name in _NAMESPACES:
        store.apply({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": name}})
    metadata = {"name": "kubernetes", "namespace": "default"}
    spec = {"ports": [{"name": "https", "port": 443}]}
    store.apply({"apiVersion": "v1", "kind": "Service", "metadata": metadata, "spec": spec})
    metadata = {"name": "extension-apiserver-authentication", "namespace": "kube-system"}
    front = (machine.read(f"{PKI}/front-proxy-ca.crt") or b"").decode()
    data = {"client-ca-file": ca.decode(), "requestheader-client-ca-file": front}
    store.apply({"apiVersion": "v1", "kind": "ConfigMap", "metadata": metadata, "data": data})
