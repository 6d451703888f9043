"""A worker is emptied for maintenance."""

from __future__ import annotations

from harness.cluster.cluster import Cluster
from harness.facts import Moment
from harness.facts.movers import DRAIN_REFUSED, MOVERS_THERE
from harness.faults.fault import Bite
from harness.lab import Node

#: Bare pods and the bytes of pods are gone for good with them: each flag says yes to one of these losses.
FLAGS = ("--ignore-daemonsets", "--delete-emptydir-data", "--force", "--timeout=180s")


class Drain:
    """First as many a guide writes it, which kubectl refuses, and then with each loss agreed to."""

    name = "drain"
    api_stays = True
    displaces = True

    def __init__(self, node: Node) -> None:
        self.node = node.name

    @property
    def bites(self) -> tuple[Bite, ...]:
        """Other pods run there, or none."""
        return (Bite(fact=MOVERS_THERE, node=self.node),)

    def strike(self, cluster: Cluster) -> None:
        """Two commands on the first control plane."""
        argv = [word.replace("NODE", self.node) for word in DRAIN_REFUSED.argv]
        cluster.master.observe(DRAIN_REFUSED.name, argv, Moment.FAULTED)
        with cluster.journal.wait(f"'{self.node}' to be drained"):
            cluster.master.run(["kubectl", "drain", self.node, *FLAGS])
