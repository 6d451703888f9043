"""A full data disk gets room again, and etcd goes on with what it had."""

from __future__ import annotations

from harness.backup import Bundle
from harness.cluster.cluster import Cluster
from harness.facts.space import ETCD_ROOM, FORGOTTEN, ROOM
from harness.lab import Node
from harness.recoveries.recovery import RecoveryError
from harness.recoveries.waiting import await_api


class ClearDataDisk:
    """Remove what does not belong there, and let kubelet start etcd by itself.

    A kubelet that is restarted while the API server hangs for want of etcd hangs as well: etcd came after two minutes.
    """

    name = "clear-data-disk"
    keeps_configuration = True
    in_place = True
    takes: tuple[str, ...] = ()

    def __init__(self, node: Node) -> None:
        self.node = node.name

    def run(self, cluster: Cluster, bundle: Bundle) -> None:  # noqa: ARG002 -- nothing was lost
        """One command, and the look whether it did anything."""
        node = cluster.nodes[self.node]
        node.destroy(["rm", FORGOTTEN])
        if ETCD_ROOM.parse(node.run(ETCD_ROOM.argv)) != ROOM:
            raise RecoveryError(f"The disk under etcd has no room still: a process holds '{FORGOTTEN}' open")
        await_api(cluster, node)
        node.run(["sync"])
