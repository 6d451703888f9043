"""Something is wrong with the snapshot of etcd, or with how it is restored."""

from __future__ import annotations

from datetime import timedelta

from harness.backup import Bundle, FolderVault
from harness.backup.snapshot import SNAPSHOT_FILE
from harness.backup.spoilt import of_another_cluster, truncated
from harness.cluster import canary
from harness.cluster.cluster import Cluster
from harness.recoveries import Recovery, RestoreEtcdService, RestoreIntoNewDirectory
from harness.recoveries.snapshot import DATA, RestoreOptions, Restoring
from harness.sabotage.outline import Outline
from harness.sabotage.sabotage import Expected, Sabotage
from harness.spec import Role

_BEYOND = timedelta(seconds=10)
#: More than a control plane writes while it starts: later writes would else hide that revisions came twice.
_BUSY = 400


class SnapshotTrouble(Sabotage):
    """Whatever spoils a snapshot is for drills that restore one."""

    @classmethod
    def why_not(cls, drill: Outline) -> str | None:
        """Where the data are kept nobody looks at a snapshot."""
        return None if drill.restores_data else "no snapshot is restored"


class StaleSnapshot(SnapshotTrouble):
    """The newest snapshot is too old."""

    name = "stale-snapshot"
    does = "lets more time pass between the snapshot and the fault than may be lost"
    expected = Expected(verdict="failed", names="exceeded by")

    @classmethod
    def why_not(cls, drill: Outline) -> str | None:
        """Where backups come by themselves none grows old by waiting."""
        return super().why_not(drill) or _newer(drill)

    def after_backup(self, cluster: Cluster, losing_at_most: timedelta) -> None:
        """Wait."""
        with cluster.journal.wait("a snapshot to grow stale"):
            cluster.journal.clock.pause((losing_at_most + _BEYOND).total_seconds())


class FlippedBit(SnapshotTrouble):
    """The snapshot rots in the vault."""

    name = "flipped-bit"
    does = "flips one bit of the snapshot in the vault"
    expected = Expected(verdict="failed", names="digest")

    def vault(self, vault: FolderVault) -> None:
        """One bit, in the middle."""
        for file in (*vault.folder.glob(f"*/{SNAPSHOT_FILE}"), *vault.folder.glob("*/snapshot_*.db")):
            content = bytearray(file.read_bytes())
            content[len(content) // 2] ^= 1
            file.write_bytes(content)


class TruncatedSnapshot(SnapshotTrouble):
    """Only half of the snapshot was ever written, and that half was kept faithfully."""

    name = "truncated-snapshot"
    does = "hands the recovery a snapshot whose second half is missing"
    expected = Expected(verdict="failed", names="snapshot")

    def bundle(self, bundle: Bundle) -> Bundle:
        """Its first half."""
        return truncated(bundle)


class ForeignSnapshot(SnapshotTrouble):
    """A faultless snapshot, of another cluster."""

    name = "foreign-snapshot"
    does = "hands the recovery a snapshot in which kube-system has another UID"
    expected = Expected(verdict="failed", names="kube-system")

    def bundle(self, bundle: Bundle) -> Bundle:
        """All else is this cluster's."""
        return of_another_cluster(bundle)


class UncheckedBackup(SnapshotTrouble):
    """The recovery takes what it is given."""

    name = "unchecked-backup"
    does = "leaves out the look at the backup that comes before everything else"
    expected = Expected(verdict="failed", names="was accepted")

    @classmethod
    def why_not(cls, drill: Outline) -> str | None:
        """A good backup needs no look."""
        return super().why_not(drill) or (None if drill.refuses else "no bad backup is offered")

    def recovery(self, recovery: Recovery) -> Recovery:
        """The same, less one look."""
        return _with(recovery, RestoreOptions(inspected=False))


class NoRevisionBump(SnapshotTrouble):
    """Revisions come twice, and a client that resumes its watch does not learn of it."""

    name = "no-revision-bump"
    does = "restores the snapshot without --bump-revision and --mark-compacted, after a busy moment"
    expected = Expected(verdict="failed", names="silent")

    @classmethod
    def why_not(cls, drill: Outline) -> str | None:
        """Where backups come by themselves a newer one holds what clients have seen."""
        return super().why_not(drill) or _newer(drill)

    def after_backup(self, cluster: Cluster, losing_at_most: timedelta) -> None:  # noqa: ARG002
        """Write so much that clients have seen revisions which the restored etcd has yet to reach."""
        metadata = {"name": "busy", "namespace": canary.NAMESPACE}
        for number in range(_BUSY):
            data = {"number": str(number)}
            cluster.api.apply({"apiVersion": "v1", "kind": "ConfigMap", "metadata": metadata, "data": data})

    def recovery(self, recovery: Recovery) -> Recovery:
        """The same, less two flags."""
        return _with(recovery, RestoreOptions(bumped=False))


class DefaultMember(SnapshotTrouble):
    """etcdutl names the member by itself."""

    name = "default-member"
    does = "restores the snapshot without the member's name and address"
    expected = Expected(verdict="failed", names="peer URL")

    def recovery(self, recovery: Recovery) -> Recovery:
        """The same, less three flags."""
        return _with(recovery, RestoreOptions(named=False))


class HastyRestore(SnapshotTrouble):
    """etcd's data are exchanged under an etcd that runs."""

    name = "hasty-restore"
    does = "exchanges etcd's data without waiting until the static pods have stopped"
    expected = Expected(verdict="failed", names="ran still")

    @classmethod
    def why_not(cls, drill: Outline) -> str | None:
        """Where no control plane runs, or none of it has etcd's data in hand, nobody has to wait for its end."""
        if drill.lab.of_role(Role.ETCD):
            return "etcd is no static pod, and systemd waits for its end"
        return super().why_not(drill) or (None if drill.in_place else "the recovery finds no control plane that runs")

    def recovery(self, recovery: Recovery) -> Recovery:
        """The same, less one wait."""
        return _with(recovery, RestoreOptions(stopped=False))


class SurvivorsNotStopped(SnapshotTrouble):
    """The other control planes live on with what was to be replaced, and most of the members are theirs."""

    name = "survivors-not-stopped"
    does = "restores on one control plane and leaves the others running"
    expected = Expected(verdict="failed", names="two clusters answer")

    @classmethod
    def why_not(cls, drill: Outline) -> str | None:
        """Where no other control plane is alive there is nobody to stop."""
        return super().why_not(drill) or (None if drill.stops_others else "no other control plane is alive")

    def recovery(self, recovery: Recovery) -> Recovery:
        """The same, for one machine alone."""
        return _with(recovery, RestoreOptions(others_stopped=False))


class OffTheDataDisk(SnapshotTrouble):
    """The directory that runbooks name lies beside the data disk's mount, not on it."""

    name = "off-the-data-disk"
    does = "restores into /var/lib/etcd-from-backup, as runbooks have it"
    expected = Expected(verdict="failed", names="OS disk")

    @classmethod
    def why_not(cls, drill: Outline) -> str | None:
        """Where etcd keeps its folder none is named."""
        return super().why_not(drill) or (None if drill.moves_data else "etcd keeps its folder")

    def recovery(self, recovery: Recovery) -> Recovery:
        """The same, with the other directory."""
        if isinstance(recovery, RestoreIntoNewDirectory | RestoreEtcdService):
            recovery.directory = f"{DATA}-from-backup"
        return recovery


def _newer(drill: Outline) -> str | None:
    return "backups come by themselves, so a newer one follows at once" if drill.scheduled else None


def _with(recovery: Recovery, options: RestoreOptions) -> Recovery:
    if isinstance(recovery, Restoring):
        recovery.options = options
    return recovery
