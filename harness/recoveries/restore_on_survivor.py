"""One control plane is left of several: it gets the snapshot, serves alone, and the others join it anew."""

from __future__ import annotations

from collections.abc import Sequence

from harness.backup import Bundle
from harness.cluster.cluster import Cluster
from harness.lab import Node
from harness.recoveries.growing import grow_back
from harness.recoveries.inspection import inspect
from harness.recoveries.single_member import prove_single_member
from harness.recoveries.snapshot import RestoreOptions, put_aside, restore_beside, take_restored
from harness.recoveries.static_pods import start_static_pods, stop_static_pods


class RestoreOnSurvivor:
    """Stop the survivor, restore on it, prove it alone, delete the ghosts, and grow back by `kubeadm join`."""

    name = "restore-on-survivor"
    keeps_configuration = True
    restores_data = True
    in_place = True

    def __init__(self, survivor: Node, lost: Sequence[Node]) -> None:
        self.node = survivor.name
        self.regrows = tuple(node.name for node in lost)
        self.options = RestoreOptions()

    def run(self, cluster: Cluster, bundle: Bundle) -> None:
        """The steps in their order; until the survivor serves, none of them asks an API."""
        node, lost = cluster.nodes[self.node], [cluster.nodes[name] for name in self.regrows]
        inspect(node, bundle, self.options)
        restore_beside(node, bundle, self.options)
        stop_static_pods(cluster, node, patient=self.options.stopped, by_force=True)
        put_aside(node)
        take_restored(node)
        start_static_pods(cluster, node)
        prove_single_member(node)
        grow_back(cluster, node, lost)
        # What a power cut can still take is not recovered.
        node.run(["sync"])
