"""How a simulated machine joins: it finds the cluster, checks who it is, and is given a certificate."""

from __future__ import annotations

import base64
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from harness.facts.pki import read_certificate
from harness.providers.rehearsal import handover, static_pods
from harness.providers.rehearsal.certificates import Certificates, KubeadmError
from harness.providers.rehearsal.control_plane import ControlPlane
from harness.providers.rehearsal.controllers import is_ready
from harness.providers.rehearsal.documents import load_yaml
from harness.providers.rehearsal.kubelet import CLIENT, CONFIG, KUBECONFIG
from harness.providers.rehearsal.own_objects import PKI
from harness.providers.rehearsal.pki import YEAR, is_issued_by, kubeconfig
from harness.providers.rehearsal.server import ObjectStore

if TYPE_CHECKING:
    from harness.providers.rehearsal.machine import SimulatedMachine

_IDENTITY = "error execution phase preflight: couldn't validate the identity of the API Server"
_Wait = Callable[[str, str, Callable[[], bool]], None]


@dataclass(frozen=True, slots=True)
class Discovery:
    """What cluster-info tells a machine that wants to join."""

    endpoint: str
    ca: bytes

    @property
    def join_hash(self) -> str:
        """The pin of its CA."""
        return read_certificate(self.ca).join_hash


@dataclass(frozen=True, slots=True)
class Invitation:
    """What a machine is told that is to join; with a key it becomes a control plane."""

    endpoint: str
    token: str
    pinned: Sequence[str]
    certificate_key: str = ""


def join(machine: SimulatedMachine, invitation: Invitation, wait: _Wait) -> None:
    """Make the machine a member, or say in kubeadm's words why not."""
    plane, store = _served(machine, invitation)
    info = load_yaml(store.need("ConfigMap", "cluster-info", "kube-public")["data"]["kubeconfig"])
    found = info["clusters"][0]["cluster"]
    discovery = Discovery(invitation.endpoint, base64.b64decode(found["certificate-authority-data"]))
    if discovery.join_hash not in invitation.pinned:
        raise KubeadmError(
            f"{_IDENTITY}: cluster CA found in cluster-info ConfigMap is invalid:"
            f' none of the public keys "{discovery.join_hash}" are pinned'
        )
    if not is_issued_by(plane.certificate, discovery.ca):
        raise KubeadmError(f"{_IDENTITY}: x509: certificate signed by unknown authority")
    if machine.file(KUBECONFIG) is not None:
        raise KubeadmError(
            f"error execution phase preflight: preflight checks failed:\n"
            f"\t[ERROR FileAvailable--etc-kubernetes-kubelet.conf]: {KUBECONFIG} already exists"
        )
    if invitation.certificate_key:
        _take_certificates(machine, store, invitation)
    _refuse_namesake(machine, store)
    # The controller-manager signs what a joining kubelet asks for, so there has to be one that leads.
    wait("kubelet-start", "the TLS bootstrap", lambda: plane.is_led)
    given = plane.flags.get("cluster-signing-duration")
    lasting = timedelta(seconds=int(given.removesuffix("s"))) if given else YEAR
    pair = Certificates(plane.machine).sign(f"system:node:{machine.spec.called}", lasting)
    machine.write(CLIENT, pair.public + pair.key, 0o600)
    machine.write(KUBECONFIG, kubeconfig(found["server"], discovery.ca, "default-auth", pair), 0o600)
    machine.write(f"{PKI}/ca.crt", discovery.ca, 0o644)
    machine.write(CONFIG, store.need("ConfigMap", "kubelet-config", "kube-system")["data"]["kubelet"])
    if invitation.certificate_key:
        _become_member(machine, plane, store)
    machine.units.systemctl(["restart", "kubelet.service"])
    if invitation.certificate_key:
        own = machine.control_plane
        wait("control-plane-join", "the control plane", lambda: own.has_settled and _is_node(machine, store))
        handover.mark_control_plane(store, machine.spec.called)


def _served(machine: SimulatedMachine, invitation: Invitation) -> tuple[ControlPlane, ObjectStore]:
    endpoint = invitation.endpoint
    plane = machine.world.control_plane_at(endpoint, machine)
    if plane is None or plane.store is None:
        raise KubeadmError(
            f'{_IDENTITY}: Get "https://{endpoint}/api/v1/namespaces/kube-public/configmaps/cluster-info":'
            f" dial tcp {endpoint}: connect: no route to host"
        )
    token_id = invitation.token.partition(".")[0]
    if not handover.knows_token(plane.store, invitation.token, machine.world.clock.now()):
        raise KubeadmError(
            f'{_IDENTITY}: could not find a JWS signature in the cluster-info ConfigMap for token ID "{token_id}"'
        )
    return plane, plane.store


def _refuse_namesake(machine: SimulatedMachine, store: ObjectStore) -> None:
    node = store.etcd.find("Node", machine.spec.called)
    if node is not None and is_ready(node):
        raise KubeadmError(
            f'error execution phase kubelet-start: a Node with name "{machine.spec.called}" and status "Ready" already'
            " exists in the cluster. You must delete the existing Node or change the name of this new joining Node"
        )


def _take_certificates(machine: SimulatedMachine, store: ObjectStore, invitation: Invitation) -> None:
    shared = handover.download_certificates(machine.world, store, invitation.certificate_key)
    if shared is None:
        raise KubeadmError(
            "error execution phase control-plane-prepare/download-certs: error downloading certs: error downloading"
            ' the secret: Secret "kubeadm-certs" was not found in the "kube-system" Namespace.'
        )
    certificates = Certificates(machine)
    certificates.take(shared)
    certificates.complete()
    certificates.introduce(f"https://{invitation.endpoint}")


def _become_member(machine: SimulatedMachine, plane: ControlPlane, store: ObjectStore) -> None:
    """etcd takes one more member, if that finds all others where they say that they are."""
    etcd, url = store.etcd, f"https://{machine.spec.ip}:2380"
    known = [peer.url for peer in etcd.peers.values()]
    if url in known:
        raise KubeadmError(
            "error execution phase check-etcd: etcd cluster is not healthy: failed to dial endpoint"
            f" https://{machine.spec.ip}:2379 with maintenance client: context deadline exceeded"
        )
    silent = [one for one in known if "localhost" in one]
    if silent:
        raise KubeadmError(f"error execution phase etcd-join: the new member cannot reach {silent[0]}")
    cluster = load_yaml(store.need("ConfigMap", "kubeadm-config", "kube-system")["data"]["ClusterConfiguration"])
    static_pods.write(machine, cluster)
    disk, folder = machine.place("/var/lib/etcd")
    disk.databases[folder] = etcd.join(plane.machine.world.random.getrandbits(62), machine.spec.called, url)


def _is_node(machine: SimulatedMachine, store: ObjectStore) -> bool:
    return store.etcd.find("Node", machine.spec.called) is not None
