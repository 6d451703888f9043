"""One of several control planes is gone, and the others are enough to go on."""

from __future__ import annotations

from harness.cluster.cluster import Cluster
from harness.faults.destroy_machine import DestroyMachine
from harness.faults.fault import Bite
from harness.lab import Node


class LoseMember:
    """A control plane loses its power and all its disks; new hardware takes its place, and the API serves on."""

    name = "lose-member"
    api_stays = True

    def __init__(self, node: Node) -> None:
        self._lost = DestroyMachine(node)
        self.node = node.name
        self.destroys = self._lost.destroys

    @property
    def bites(self) -> tuple[Bite, ...]:
        """Other disks and another boot: that the API refuses nothing is what the drill is about."""
        return self._lost.bites

    def strike(self, cluster: Cluster) -> None:
        """Destroy it."""
        self._lost.strike(cluster)
