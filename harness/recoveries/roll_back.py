"""A control plane that is well in itself gets older data."""

from __future__ import annotations

from harness.backup import Bundle
from harness.cluster.cluster import Cluster
from harness.lab import Node
from harness.recoveries.inspection import inspect
from harness.recoveries.snapshot import RestoreOptions, put_aside, restore_beside, take_restored
from harness.recoveries.static_pods import start_static_pods, stop_static_pods


class RollBack:
    """Restore the snapshot beside the living data, stop the static pods, exchange the data, and start them again."""

    name = "roll-back"
    keeps_configuration = True
    restores_data = True
    in_place = True

    def __init__(self, node: Node) -> None:
        self.node = node.name
        self.options = RestoreOptions()

    def run(self, cluster: Cluster, bundle: Bundle) -> None:
        """The steps, in the order in which an engineer would type them."""
        node = cluster.nodes[self.node]
        inspect(node, bundle, self.options)
        restore_beside(node, bundle, self.options)
        stop_static_pods(cluster, node, patient=self.options.stopped)
        put_aside(node)
        take_restored(node)
        start_static_pods(cluster, node)
        # What a power cut can still take is not recovered.
        node.run(["sync"])
