"""Something is wrong with the container that takes snapshots beside etcd."""

from __future__ import annotations

from datetime import timedelta

from harness.backup import Bundle
from harness.cluster.cluster import Cluster
from harness.sabotage.outline import Outline
from harness.sabotage.sabotage import Expected, Sabotage

#: Not the name itself, so that nothing is meant that was told this pattern.
_SIDECAR = "etcd-snapshots/[s]napshot.db"
_FORGOTTEN = ("files/patches/", "manifests/etcd.yaml")


class SidecarTrouble(Sabotage):
    """Whatever troubles a sidecar is for drills that have one."""

    @classmethod
    def why_not(cls, drill: Outline) -> str | None:
        """kubeadm makes none by itself."""
        return None if drill.sidecar else "etcd's static pod is as kubeadm makes it"


class ForgottenPatches(SidecarTrouble):
    """kubeadm makes etcd's static pod again, without what was patched into it; and nothing complains."""

    name = "forgotten-patches"
    does = "leaves the patches of static pods, and etcd's manifest, out of the backup"
    expected = Expected(verdict="failed", names="has lost its sidecar")

    def bundle(self, bundle: Bundle) -> Bundle:
        """All but these."""
        return bundle.only(lambda name: not name.startswith(_FORGOTTEN))


class SilentSidecar(SidecarTrouble):
    """The sidecar hangs: its pod is Ready, and backups arrive on time."""

    name = "silent-sidecar"
    does = "lets the sidecar hang for as long as may be lost"
    expected = Expected(verdict="failed", names="the sidecar of etcd had been silent")

    def after_backup(self, cluster: Cluster, losing_at_most: timedelta) -> None:
        """Its shell and all that it has started get no processor any more."""
        cluster.master.run(["pkill", "--signal", "STOP", "--full", _SIDECAR])
        with cluster.journal.wait("a sidecar that hangs, unnoticed"):
            cluster.journal.clock.pause(losing_at_most.total_seconds())
