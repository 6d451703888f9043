"""The data that are there are not touched; etcd gets others, in a folder beside them."""

from __future__ import annotations

from harness.backup import Bundle
from harness.cluster.cluster import Cluster
from harness.lab import Node
from harness.recoveries.inspection import inspect
from harness.recoveries.snapshot import DATA, RestoreOptions, restore_beside
from harness.recoveries.static_pods import ASIDE, start_static_pods, stop_static_pods


class RestoreIntoNewDirectory:
    """Restore the snapshot into a new directory of the data disk, and let etcd's static pod have that one."""

    name = "restore-into-new-directory"
    keeps_configuration = True
    restores_data = True
    in_place = True

    def __init__(self, node: Node, directory: str = f"{DATA}/from-backup") -> None:
        self.node = node.name
        self.directory = directory
        self.options = RestoreOptions()

    def run(self, cluster: Cluster, bundle: Bundle) -> None:
        """The steps, in the order in which an engineer would type them."""
        node = cluster.nodes[self.node]
        inspect(node, bundle, self.options)
        restore_beside(node, bundle, self.options, self.directory)
        stop_static_pods(cluster, node, patient=self.options.stopped)
        # Only the machine's side of the mount: the container goes on calling it /var/lib/etcd.
        node.run(["sed", "--in-place", f"s#path: {DATA}$#path: {self.directory}#", f"{ASIDE}/etcd.yaml"])
        start_static_pods(cluster, node)
        # What a power cut can still take is not recovered.
        node.run(["sync"])
