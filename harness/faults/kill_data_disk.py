"""etcd's data disk dies under a running etcd."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from harness.cluster.cluster import Cluster
from harness.facts.disk import ETCD_DISK_WRITE
from harness.facts.etcd_damage import ETCD_DISK_LOG
from harness.faults.fault import Bite
from harness.faults.noticing import let_etcd_notice
from harness.lab import Node
from harness.spec import DataDisk


class KillDataDisk:
    """Each write to the disk fails from now on; the machine keeps its power."""

    name = "kill-data-disk"
    destroys = (DataDisk.ETCD,)
    not_on: ClassVar[Mapping[str, str]] = {"vagrant": "data disks of Vagrant's machines cannot be made to die yet"}

    def __init__(self, node: Node) -> None:
        self.node = node.name

    @property
    def bites(self) -> tuple[Bite, ...]:
        """A write on the machine is refused by the disk, and etcd says so in its log."""
        return (Bite(fact=ETCD_DISK_WRITE, node=self.node), Bite(fact=ETCD_DISK_LOG, node=self.node))

    def strike(self, cluster: Cluster) -> None:
        """Kill the disk, and let etcd find out."""
        node = cluster.nodes[self.node]
        node.kill_disk(DataDisk.ETCD)
        let_etcd_notice(cluster, node, ETCD_DISK_LOG)
