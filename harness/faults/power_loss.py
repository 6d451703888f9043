"""A machine is without power, and nothing on it is lost."""

from __future__ import annotations

from harness.cluster.cluster import Cluster
from harness.facts import Moment
from harness.facts.boot import BOOT_ID
from harness.faults.fault import Bite
from harness.lab import Node


class PowerLoss:
    """Power cut; the machine stays off."""

    name = "power-loss"

    def __init__(self, node: Node) -> None:
        self.node = node.name

    @property
    def bites(self) -> tuple[Bite, ...]:
        """Another boot, once there is one again: a machine without power can be asked nothing."""
        return (Bite(fact=BOOT_ID, node=self.node, moment=Moment.RECOVERED),)

    def strike(self, cluster: Cluster) -> None:
        """Cut the power."""
        cluster.nodes[self.node].cut()
