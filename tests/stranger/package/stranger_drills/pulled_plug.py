"""A fault of one's own: the plug is pulled and put in again, and the OS disk is the other one afterwards."""

from __future__ import annotations

from harness.cluster.cluster import Cluster
from harness.facts.boot import BOOT_ID
from harness.facts.disk import ROOT_DISK
from harness.faults.fault import Bite
from harness.lab import Node


class PulledPlug:
    """Power cut, and a boot from the other OS disk."""

    name = "pulled-plug"

    def __init__(self, node: Node) -> None:
        self.node = node.name

    @property
    def bites(self) -> tuple[Bite, ...]:
        """Another boot from another file system."""
        return (Bite(fact=BOOT_ID, node=self.node), Bite(fact=ROOT_DISK, node=self.node, field="uuid"))

    def strike(self, cluster: Cluster) -> None:
        """Pull it."""
        node = cluster.nodes[self.node]
        node.cut()
        node.choose(node.machine.slot.other)
        node.power_on()
