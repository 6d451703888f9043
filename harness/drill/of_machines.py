"""What is asked of the machines themselves, whatever was done to them."""

from __future__ import annotations

from harness.cluster.cluster import Cluster
from harness.facts import Fact
from harness.facts.boot import BOOT_ID
from harness.facts.certificates import CERTIFICATES, KUBELET_CERTIFICATE
from harness.facts.disk import ETCD_DISK, ETCD_DISK_CONTENT, OS_DISK, ROOT_DISK, VOLUMES_DISK
from harness.facts.etcd import ETCD_ALARMS, ETCD_MEMBERS, ETCD_STATUS_CLUSTER
from harness.facts.etcd_service import ETCD_FILES, ETCD_PROCESS
from harness.facts.identity import ADMIN_SERVER, KUBELET_SERVER, KUBELET_USER
from harness.facts.join import UPLOADED_CERTS
from harness.facts.manifest import ETCD_DATA_DIR
from harness.facts.pki import CA_CERT, PKI_FILES, SA_PUB
from harness.facts.sandbox import POD_SANDBOXES
from harness.facts.sidecar import ETCD_CONTAINERS, SNAPSHOT_OF_SIDECAR
from harness.facts.space import ETCD_ROOM
from harness.lab import Node
from harness.spec import DataDisk, Role

_OF_BOTH: tuple[Fact[object], ...] = (OS_DISK, ROOT_DISK, BOOT_ID, PKI_FILES, CERTIFICATES)
_OF_CONTROL_PLANES: tuple[Fact[object], ...] = (*_OF_BOTH, CA_CERT, SA_PUB)
_OF_ETCD: tuple[Fact[object], ...] = (
    *(ETCD_DISK, ETCD_DISK_CONTENT, ETCD_ROOM),
    *(ETCD_MEMBERS, ETCD_STATUS_CLUSTER, ETCD_ALARMS),
)
#: Where etcd is a static pod, and where it is a service.
_OF_ITS_POD: tuple[Fact[object], ...] = (ETCD_DATA_DIR,)
_OF_ITS_SERVICE: tuple[Fact[object], ...] = (*_OF_BOTH, ETCD_PROCESS, ETCD_FILES)
_OF_WORKERS: tuple[Fact[object], ...] = (KUBELET_CERTIFICATE, BOOT_ID, CA_CERT)


def of_machines(cluster: Cluster) -> list[tuple[Node, Fact[object]]]:
    """Disks, boots, keys and etcd of the control planes and of what etcd runs on; pods on every member."""
    masters = cluster.of_role(Role.CONTROL_PLANE)
    questions: list[tuple[Node, Fact[object]]] = [(node, fact) for node in masters for fact in _OF_CONTROL_PLANES]
    for node in cluster.etcd_nodes:
        own = _OF_ITS_SERVICE if node.spec.role is Role.ETCD else _OF_ITS_POD
        questions += [(node, fact) for fact in (*_OF_ETCD, *own)]
    if len(masters) > 1:
        questions.append((masters[0], UPLOADED_CERTS))
    if cluster.spec.sidecar:
        questions += [(masters[0], fact) for fact in (ETCD_CONTAINERS, SNAPSHOT_OF_SIDECAR)]
    if cluster.spec.moves:
        questions += [(masters[0], ADMIN_SERVER), *((worker, KUBELET_SERVER) for worker in cluster.workers)]
    if cluster.spec.renames:
        questions.append((masters[0], KUBELET_USER))
    for node in (*masters, *cluster.workers):
        if any(disk.name is DataDisk.VOLUMES for disk in node.spec.data_disks):
            questions.append((node, VOLUMES_DISK))
        questions.append((node, POD_SANDBOXES))
    return questions + [(worker, fact) for worker in cluster.workers for fact in _OF_WORKERS]
