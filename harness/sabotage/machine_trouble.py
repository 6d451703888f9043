"""Something goes wrong on the machines."""

from __future__ import annotations

from datetime import timedelta

from harness.cluster.cluster import Cluster
from harness.faults import Fault
from harness.faults.fault import Bite, destroyed_by, struck_by
from harness.lab import Node
from harness.sabotage.outline import Outline
from harness.sabotage.sabotage import Expected, Sabotage


class _Nothing:
    """A fault that claims to bite and does not."""

    def __init__(self, fault: Fault) -> None:
        self.name = fault.name
        self.node = fault.node
        self.bites: tuple[Bite, ...] = fault.bites
        self.destroys = destroyed_by(fault)
        self.strikes = struck_by(fault)

    def strike(self, cluster: Cluster) -> None:
        """Do nothing at all."""


class FaultDoesNothing(Sabotage):
    """The disaster never happened."""

    name = "fault-does-nothing"
    does = "replaces the fault by nothing"
    expected = Expected(verdict="inconclusive", names="did not bite")

    def fault(self, fault: Fault) -> Fault:
        """The same claims, and no deed."""
        return _Nothing(fault)


class EmptyDataDisk(Sabotage):
    """The data disk that comes back is empty."""

    name = "empty-data-disk"
    does = "makes a new, empty file system on the etcd data disk before the recovery"
    expected = Expected(verdict="failed", names="data disk")

    @classmethod
    def why_not(cls, drill: Outline) -> str | None:
        """A restore fills an empty disk."""
        if drill.restores_data:
            return "the recovery fills the data disk itself"
        return None if "kubeadm" in drill.takes else "the data disk stays in use, so nobody can format it"

    def before_recovery(self, cluster: Cluster, node: Node, within: timedelta) -> None:  # noqa: ARG002
        """Format it."""
        node.destroy(["mkfs.ext4", "-q", "-F", "/dev/disk/kubedrill/etcd"])


class SlowRecovery(Sabotage):
    """The recovery works, but too late."""

    name = "slow-recovery"
    does = "lets the promised time pass before the recovery starts"
    expected = Expected(verdict="failed", names="RTO")

    def before_recovery(self, cluster: Cluster, node: Node, within: timedelta) -> None:
        """Wait for as long as the recovery may take."""
        with cluster.journal.wait(f"a sluggish recovery of '{node.name}'"):
            cluster.journal.clock.pause(within.total_seconds())


class NotAfterReboot(Sabotage):
    """What was recovered lives until the next reboot."""

    name = "not-after-reboot"
    does = "disables kubelet on the recovered machine"
    expected = Expected(verdict="failed", names="reboot")

    @classmethod
    def why_not(cls, drill: Outline) -> str | None:
        """What is only observed cannot be broken."""
        return None if drill.keeps_configuration else "the runbook as written promises nothing for after a reboot"

    def after_recovery(self, cluster: Cluster, node: Node) -> None:  # noqa: ARG002
        """Take kubelet out of the boot, where a power cut does not bring it back."""
        node.run(["systemctl", "disable", "kubelet.service"])
        node.run(["sync"])
