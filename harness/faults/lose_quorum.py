"""Most control planes are gone at once, and what is left of etcd may not write any more."""

from __future__ import annotations

from collections.abc import Sequence

from harness.cluster.cluster import Cluster
from harness.errors import SpecError
from harness.facts.etcd import ETCD_LEADER
from harness.faults.fault import Bite
from harness.faults.lose_control_plane import LoseControlPlane
from harness.faults.noticing import await_no_leader
from harness.lab import Node


class LoseQuorum:
    """All control planes but one lose their power and all their disks; new hardware takes their places."""

    name = "lose-quorum"

    def __init__(self, survivor: Node, lost: Sequence[Node]) -> None:
        if len(lost) < 2:
            raise SpecError("A quorum is lost with two or more control planes: the lab has to have three of them")
        self._lost = LoseControlPlane(lost)
        self.survivor = survivor.name
        self.strikes = self._lost.strikes
        self.node = self._lost.node
        self.destroys = self._lost.destroys

    @property
    def bites(self) -> tuple[Bite, ...]:
        """Other disks and another boot of each, and a survivor that follows no leader."""
        return (*self._lost.bites, Bite(fact=ETCD_LEADER, node=self.survivor))

    def strike(self, cluster: Cluster) -> None:
        """Destroy them, and let the survivor find out."""
        self._lost.strike(cluster)
        await_no_leader(cluster, cluster.nodes[self.survivor])
