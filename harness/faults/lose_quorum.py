"""Most control planes are gone at once, and what is left of etcd may not write any more."""

from __future__ import annotations

from collections.abc import Sequence

from harness.cluster.cluster import Cluster
from harness.errors import SpecError
from harness.facts.etcd import ETCD_LEADER
from harness.faults.destroy_machine import DestroyMachine
from harness.faults.fault import Bite
from harness.faults.noticing import await_no_leader
from harness.lab import Node
from harness.lab.turns import side_by_side


class LoseQuorum:
    """All control planes but one lose their power and all their disks; new hardware takes their places."""

    name = "lose-quorum"

    def __init__(self, survivor: Node, lost: Sequence[Node]) -> None:
        if len(lost) < 2:
            raise SpecError("A quorum is lost with two or more control planes: the lab has to have three of them")
        self._lost = tuple(DestroyMachine(node) for node in lost)
        self.survivor = survivor.name
        self.strikes = tuple(one.node for one in self._lost)
        self.node = ", ".join(self.strikes)
        self.destroys = self._lost[0].destroys

    @property
    def bites(self) -> tuple[Bite, ...]:
        """Other disks and another boot of each, and a survivor that follows no leader."""
        return (*(bite for one in self._lost for bite in one.bites), Bite(fact=ETCD_LEADER, node=self.survivor))

    def strike(self, cluster: Cluster) -> None:
        """Cut the power of all at once, then replace their disks, and let the survivor find out."""
        nodes = [cluster.nodes[name] for name in self.strikes]
        with side_by_side(cluster.journal.clock, len(nodes)) as threads:
            list(threads.map(lambda node: node.cut(), nodes))
            list(threads.map(_rebuild, nodes))
        await_no_leader(cluster, cluster.nodes[self.survivor])


def _rebuild(node: Node) -> None:
    node.replace_disks()
    node.power_on()
