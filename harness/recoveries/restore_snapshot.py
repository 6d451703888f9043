"""A control plane that is wholly gone comes back on blank hardware."""

from __future__ import annotations

from harness.backup import Bundle
from harness.cluster.cluster import Cluster
from harness.lab import Node
from harness.recoveries.files import put_back_files
from harness.recoveries.inspection import inspect
from harness.recoveries.manifests import put_back_manifests
from harness.recoveries.pki import put_back_pki
from harness.recoveries.second_init import init_again
from harness.recoveries.snapshot import RestoreOptions, put_back_snapshot


class RestoreSnapshot:
    """Put back the PKI, etcd's snapshot and, after an init with the configuration of before, the static pods."""

    name = "restore-snapshot"
    keeps_configuration = True
    restores_data = True

    def __init__(self, node: Node) -> None:
        self.node = node.name
        self.options = RestoreOptions()

    def run(self, cluster: Cluster, bundle: Bundle) -> None:
        """The steps, in the order in which an engineer would type them."""
        node = cluster.nodes[self.node]
        inspect(node, bundle, self.options)
        cluster.prepare(node)
        put_back_pki(node, bundle.below("pki"))
        put_back_snapshot(node, bundle, self.options)
        put_back_files(node, bundle.below("files"))
        init_again(cluster, node, bundle)
        put_back_manifests(node, bundle.below("manifests"))
        # kubeadm does not sync what it writes, and what a power cut can still take is not recovered.
        node.run(["sync"])
