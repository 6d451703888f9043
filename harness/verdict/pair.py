"""Checks of a backup that is a snapshot and an archive of the same moment."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from harness.facts import CLUSTER, WITNESS, Moment
from harness.facts.objects import OBJECTS
from harness.facts.witness import BACKUP_PAIR
from harness.verdict.record import Record
from harness.verdict.ruling import Ruling, broken, held, ruled
from harness.verdict.wording import counted, listed

#: What a control plane of kubeadm cannot be put together without.
_NEEDED = ("manifests/etcd.yaml", "manifests/kube-apiserver.yaml", "pki/ca.crt", "pki/ca.key", "pki/etcd/ca.key")
_CLUSTER_OBJECT = "Namespace kube-system"


@dataclass(frozen=True, slots=True, kw_only=True)
class BackupPaired:
    """Snapshot and archive belong together, and say of which cluster they are."""

    name: ClassVar[str] = "backup-pair"
    claim: ClassVar[str] = (
        "The backup is a snapshot and an archive of one stamp, with their digests and the cluster's UID"
    )
    needed: tuple[str, ...] = _NEEDED
    moment: str = Moment.BEFORE

    def __post_init__(self) -> None:
        if not self.needed:
            raise ValueError("nothing is named that has to be in the archive")

    def judge(self, record: Record) -> Ruling:
        """The names, the digests of the manifest, the UID of the API, and what has to be in the archive."""
        pair = record.ask(BACKUP_PAIR, WITNESS, self.moment)
        objects = record.ask(OBJECTS, CLUSTER, self.moment)
        uid = next((one.uid for one in objects if one.title == _CLUSTER_OBJECT), "")
        names = (f"snapshot_{pair.stamp}.db", f"static_kuberesources_{pair.stamp}.tar.gz")
        faults = [f"there is no {name}" for name in names if name not in pair.found]
        faults += [
            f"the manifest tells another digest of {name}"
            for name in names
            if name in pair.found and pair.files.get(name) != pair.found[name]
        ]
        missing = [name for name in self.needed if name not in pair.archive]
        faults += [f"the archive lacks {listed(missing)}"] if missing else []
        if pair.kube_system_uid != uid:
            faults.append(
                f"the manifest tells the UID {pair.kube_system_uid} of kube-system, which has {uid or 'none'}"
            )
        return ruled(faults, f"{listed(names)}, {counted(len(pair.archive), 'file')} in the archive, cluster {uid}")


@dataclass(frozen=True, slots=True, kw_only=True)
class KeysApart:
    """What opens an encrypted snapshot does not lie beside it."""

    name: ClassVar[str] = "keys-apart"
    claim: ClassVar[str] = "No key that opens encrypted Secrets lies in the vault beside the snapshot that holds them"
    moment: str = Moment.BEFORE

    def judge(self, record: Record) -> Ruling:
        """No file of the archive is an EncryptionConfiguration."""
        pair = record.ask(BACKUP_PAIR, WITNESS, self.moment)
        if pair.encryption_keys:
            return broken(f"whoever has the backup can read its Secrets: {listed(pair.encryption_keys)} is in it")
        return held(f"none among {counted(len(pair.archive), 'file')}")
