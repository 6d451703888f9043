"""A control plane whose etcd disk is dead gets a new one, with the data of the backup."""

from __future__ import annotations

from harness.backup import Bundle
from harness.cluster.cluster import Cluster
from harness.lab import Node
from harness.recoveries.inspection import inspect
from harness.recoveries.snapshot import RestoreOptions, put_back_snapshot
from harness.recoveries.static_pods import start_static_pods, stop_static_pods
from harness.spec import DataDisk


class ReplaceDataDisk:
    """Stop the static pods, replace the disk, restore the snapshot onto it, and start them again."""

    name = "replace-data-disk"
    keeps_configuration = True
    restores_data = True
    in_place = True
    other_disks = True

    def __init__(self, node: Node) -> None:
        self.node = node.name
        self.options = RestoreOptions()

    def run(self, cluster: Cluster, bundle: Bundle) -> None:
        """The steps in their order: an etcd that is started again and again would start empty on an empty disk."""
        node = cluster.nodes[self.node]
        inspect(node, bundle, self.options)
        stop_static_pods(cluster, node, patient=self.options.stopped)
        node.run(["umount", DataDisk.ETCD.mount_point])
        node.replace_disk(DataDisk.ETCD)
        node.run(["systemctl", "start", DataDisk.ETCD.unit])
        put_back_snapshot(node, bundle, self.options)
        start_static_pods(cluster, node)
        # What a power cut can still take is not recovered.
        node.run(["sync"])
