"""All control planes are gone at once."""

from __future__ import annotations

from collections.abc import Sequence

from harness.cluster.cluster import Cluster
from harness.faults.destroy_machine import DestroyMachine
from harness.faults.fault import Bite
from harness.lab import Node
from harness.lab.turns import side_by_side


class LoseControlPlane:
    """Each of them loses its power and all its disks; new hardware takes their places."""

    name = "lose-control-plane"

    def __init__(self, nodes: Sequence[Node]) -> None:
        self._lost = tuple(DestroyMachine(node) for node in nodes)
        self.strikes = tuple(one.node for one in self._lost)
        self.node = ", ".join(self.strikes)
        self.destroys = self._lost[0].destroys

    @property
    def bites(self) -> tuple[Bite, ...]:
        """Other disks and another boot of each."""
        return tuple(bite for one in self._lost for bite in one.bites)

    def strike(self, cluster: Cluster) -> None:
        """Cut the power of all at once, then replace their disks."""
        nodes = [cluster.nodes[name] for name in self.strikes]
        with side_by_side(cluster.journal.clock, len(nodes)) as threads:
            list(threads.map(lambda node: node.cut(), nodes))
            list(threads.map(_rebuild, nodes))


def _rebuild(node: Node) -> None:
    node.replace_disks()
    node.power_on()
