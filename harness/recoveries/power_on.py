"""A control plane that lost nothing but its power."""

from __future__ import annotations

from harness.backup import Bundle
from harness.cluster.cluster import Cluster
from harness.lab import Node
from harness.recoveries.waiting import await_api


class PowerOn:
    """Switch it on, and do nothing else."""

    name = "power-on"
    keeps_configuration = True
    takes: tuple[str, ...] = ()

    def __init__(self, node: Node) -> None:
        self.node = node.name

    def run(self, cluster: Cluster, bundle: Bundle) -> None:  # noqa: ARG002 -- nothing of it is needed
        """One button, and patience."""
        node = cluster.nodes[self.node]
        if not node.machine.is_on:
            node.power_on()
        await_api(cluster, node)
