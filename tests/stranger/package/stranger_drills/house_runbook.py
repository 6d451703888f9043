"""A recovery of one's own, made of what Kubedrill has."""

from __future__ import annotations

from harness.backup import Bundle
from harness.cluster.cluster import Cluster
from harness.lab import Node
from harness.recoveries import AdoptDataDisk


class HouseRunbook:
    """The way this house does it: one look at the machine first."""

    name = "house-runbook"
    keeps_configuration = True

    def __init__(self, node: Node) -> None:
        self.node = node.name
        self._usual = AdoptDataDisk(node)

    def run(self, cluster: Cluster, bundle: Bundle) -> None:
        """Look, then the usual steps."""
        cluster.nodes[self.node].run(["cat", "/etc/os-release"])
        self._usual.run(cluster, bundle)
