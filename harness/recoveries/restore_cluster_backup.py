"""Nothing is left of any control plane: two files bring one of them back, and the others join it."""

from __future__ import annotations

from collections.abc import Sequence

from harness.backup import Bundle
from harness.cluster.cluster import Cluster
from harness.lab import Node
from harness.recoveries.files import put_back_files
from harness.recoveries.growing import grow_back
from harness.recoveries.inspection import inspect
from harness.recoveries.manifests import put_back_manifests
from harness.recoveries.pki import put_back_pki
from harness.recoveries.second_init import init_again
from harness.recoveries.single_member import prove_single_member
from harness.recoveries.snapshot import RestoreOptions, put_back_snapshot


class RestoreClusterBackup:
    """Put back what the archive holds, then the snapshot; init, prove it alone, and grow back."""

    name = "restore-cluster-backup"
    keeps_configuration = True
    restores_data = True
    from_pair = True

    def __init__(self, node: Node, others: Sequence[Node]) -> None:
        self.node = node.name
        self.regrows = tuple(other.name for other in others)
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
        prove_single_member(node)
        grow_back(cluster, node, [cluster.nodes[name] for name in self.regrows])
        # kubeadm does not sync what it writes, and what a power cut can still take is not recovered.
        node.run(["sync"])
