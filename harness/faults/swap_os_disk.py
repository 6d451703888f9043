"""The operating system of a machine is lost at once; it comes up from its other OS disk, as freshly installed."""

from __future__ import annotations

from harness.cluster.cluster import Cluster
from harness.facts.boot import BOOT_ID
from harness.facts.disk import OS_DISK, ROOT_DISK
from harness.faults.fault import Bite
from harness.lab import Node


class SwapOsDisk:
    """Power cut, then boot from the second OS disk."""

    name = "swap-os-disk"

    def __init__(self, node: Node) -> None:
        self.node = node.name

    @property
    def bites(self) -> tuple[Bite, ...]:
        """Another disk by serial, slot and file system, and another boot."""
        return (
            Bite(fact=OS_DISK, node=self.node, field="serial"),
            Bite(fact=OS_DISK, node=self.node, field="slot"),
            Bite(fact=ROOT_DISK, node=self.node, field="uuid"),
            Bite(fact=BOOT_ID, node=self.node),
        )

    def strike(self, cluster: Cluster) -> None:
        """Cut the power, change the boot order, switch on."""
        node = cluster.nodes[self.node]
        node.cut()
        node.choose(node.machine.slot.other)
        node.power_on()
