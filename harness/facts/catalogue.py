"""All facts, and each by its name."""

from __future__ import annotations

from harness.facts import boot, config, disk, etcd, etcd_log, join, life, objects, pki, sandbox, snapshot, witness
from harness.facts.fact import Fact

FACTS: tuple[Fact[object], ...] = (
    disk.OS_DISK,
    disk.ROOT_DISK,
    disk.ETCD_DISK,
    disk.ETCD_DISK_CONTENT,
    disk.VOLUMES_DISK,
    disk.ETCD_DISK_WRITE,
    boot.BOOT_ID,
    boot.BOOT_START,
    pki.CA_CERT,
    pki.SA_PUB,
    pki.PKI_FILES,
    etcd.ETCD_MEMBERS,
    etcd.ETCD_STATUS,
    etcd.ETCD_STATUS_CLUSTER,
    etcd.ETCD_ALARMS,
    etcd.ETCD_HASH,
    etcd.ETCD_HASH_CLUSTER,
    etcd_log.ETCD_LOG,
    snapshot.SNAPSHOT_STATUS,
    snapshot.SNAPSHOT_DIGEST,
    join.JOIN_COMMAND,
    join.JOIN,
    join.JOIN_WRONG_HASH,
    sandbox.POD_SANDBOXES,
    objects.OBJECTS,
    objects.NODES,
    objects.PODS,
    objects.SPARE_NODE,
    objects.LATE_OBJECT,
    objects.NAMESPACES,
    config.CLUSTER_INFO,
    config.KUBEADM_CONFIG,
    config.KUBE_PROXY_CONFIG,
    config.KUBELET_CONFIG,
    config.KUBELET_SETTINGS,
    life.API_WRITE,
    life.ROLLOUT,
    life.SCHEDULING,
    life.SERVICE,
    life.SECOND_SCHEDULER,
    life.ADMISSION,
    life.OLD_TOKEN,
    life.RESOLVE,
    witness.API_LEDGER,
    witness.VOLUME_LEDGER,
    witness.VOLUME_BYTES,
    witness.HOST_AUDIT,
    witness.BACKUP_FILES,
    witness.SECRET_SCAN,
)


def fact_named(name: str) -> Fact[object] | None:
    """The fact of this name, if there is one."""
    return next((fact for fact in FACTS if fact.name == name), None)
