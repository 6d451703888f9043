"""The runbook of 2020, word for word: the CA alone comes back, and a bare init follows."""

from __future__ import annotations

from harness.backup import Bundle
from harness.cluster.cluster import Cluster
from harness.lab import Node
from harness.recoveries.pki import put_back_pki

_CA = ("ca.crt", "ca.key")


class AdoptDataDiskAsWritten:
    """Mount the data disk, put ca.crt and ca.key back, and init without any configuration."""

    name = "adopt-data-disk-as-written"
    keeps_configuration = False

    def __init__(self, node: Node) -> None:
        self.node = node.name

    def run(self, cluster: Cluster, bundle: Bundle) -> None:
        """The steps of the runbook; only checks that this kind of machine can never pass are ignored besides."""
        node = cluster.nodes[self.node]
        cluster.prepare(node)
        put_back_pki(node, bundle.below("pki").only(lambda name: name in _CA))
        ignored = ",".join(cluster.traits.ignored_checks)
        with cluster.journal.wait("bare kubeadm init over the old data"):
            node.run(["kubeadm", "init", f"--ignore-preflight-errors={ignored}", "--skip-token-print"])
        cluster.connect()
        node.run(["sync"])
