"""How a simulated machine joins: it finds the cluster, checks who it is, and is given a certificate."""

from __future__ import annotations

import base64
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

import yaml

from harness.facts.pki import read_certificate
from harness.providers.rehearsal import handover
from harness.providers.rehearsal.certificates import Certificates, KubeadmError
from harness.providers.rehearsal.control_plane import PKI
from harness.providers.rehearsal.controllers import is_ready
from harness.providers.rehearsal.kubelet import CLIENT, CONFIG, KUBECONFIG
from harness.providers.rehearsal.pki import YEAR, is_issued_by, kubeconfig

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


def join(machine: SimulatedMachine, endpoint: str, token: str, pinned: Sequence[str], wait: _Wait) -> None:
    """Make the machine a member, or say in kubeadm's words why not."""
    plane = machine.world.control_plane_at(endpoint)
    if plane is None or plane.store is None:
        raise KubeadmError(
            f'{_IDENTITY}: Get "https://{endpoint}/api/v1/namespaces/kube-public/configmaps/cluster-info":'
            f" dial tcp {endpoint}: connect: no route to host"
        )
    token_id = token.partition(".")[0]
    if not handover.knows_token(plane.store, token, machine.world.clock.now()):
        raise KubeadmError(
            f'{_IDENTITY}: could not find a JWS signature in the cluster-info ConfigMap for token ID "{token_id}"'
        )
    info = yaml.safe_load(plane.store.need("ConfigMap", "cluster-info", "kube-public")["data"]["kubeconfig"])
    found = info["clusters"][0]["cluster"]
    discovery = Discovery(endpoint, base64.b64decode(found["certificate-authority-data"]))
    if discovery.join_hash not in pinned:
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
    node = plane.store.etcd.find("Node", machine.spec.name)
    if node is not None and is_ready(node):
        raise KubeadmError(
            f'error execution phase kubelet-start: a Node with name "{machine.spec.name}" and status "Ready" already'
            " exists in the cluster. You must delete the existing Node or change the name of this new joining Node"
        )
    # The controller-manager signs what a joining kubelet asks for, so there has to be one that leads.
    wait("kubelet-start", "the TLS bootstrap", lambda: plane.is_leading)
    given = plane.flags.get("cluster-signing-duration")
    lasting = timedelta(seconds=int(given.removesuffix("s"))) if given else YEAR
    pair = Certificates(plane.machine).sign(f"system:node:{machine.spec.name}", lasting)
    machine.write(CLIENT, pair.public + pair.key, 0o600)
    machine.write(KUBECONFIG, kubeconfig(found["server"], discovery.ca, "default-auth", pair), 0o600)
    machine.write(f"{PKI}/ca.crt", discovery.ca, 0o644)
    machine.write(CONFIG, plane.store.need("ConfigMap", "kubelet-config", "kube-system")["data"]["kubelet"])
    machine.units.systemctl(["restart", "kubelet.service"])
