"""A freshly installed control plane gets its data disk, and all that was its own beyond kubeadm's defaults."""

from __future__ import annotations

from harness.backup import Bundle
from harness.cluster.cluster import Cluster
from harness.lab import Node
from harness.recoveries.files import put_back_files
from harness.recoveries.manifests import put_back_manifests
from harness.recoveries.pki import put_back_pki
from harness.recoveries.second_init import init_again


class AdoptDataDiskAndFiles:
    """Put back the PKI, files of one's own, the configuration by an init, and at last the static pods."""

    name = "adopt-data-disk-and-files"
    keeps_configuration = True

    def __init__(self, node: Node) -> None:
        self.node = node.name

    def run(self, cluster: Cluster, bundle: Bundle) -> None:
        """The steps in their order: an API server starts only with its files, an init only without static pods."""
        node = cluster.nodes[self.node]
        cluster.prepare(node)
        put_back_pki(node, bundle.below("pki"))
        put_back_files(node, bundle.below("files"))
        init_again(cluster, node, bundle)
        put_back_manifests(node, bundle.below("manifests"))
        # kubeadm does not sync what it writes, and what a power cut can still take is not recovered.
        node.run(["sync"])
