"""A freshly installed control plane takes over the etcd data disk of its predecessor."""

from __future__ import annotations

from harness.backup import Bundle
from harness.cluster.cluster import Cluster
from harness.lab import Node
from harness.recoveries.pki import put_back_pki
from harness.recoveries.second_init import init_again


class AdoptDataDisk:
    """Mount the data disk, put the whole PKI back, and init with the configuration of before."""

    name = "adopt-data-disk"
    keeps_configuration = True

    def __init__(self, node: Node) -> None:
        self.node = node.name

    def run(self, cluster: Cluster, bundle: Bundle) -> None:
        """The steps, in the order in which an engineer would type them."""
        node = cluster.nodes[self.node]
        cluster.prepare(node)
        put_back_pki(node, bundle.below("pki"))
        init_again(cluster, node, bundle)
        # kubeadm does not sync what it writes, and what a power cut can still take is not recovered.
        node.run(["sync"])
