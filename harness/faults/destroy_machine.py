"""A machine is gone with all its disks; new hardware takes its place under its name and address."""

from __future__ import annotations

from harness.cluster.cluster import Cluster
from harness.faults.blank_hardware import blank_hardware
from harness.faults.fault import Bite
from harness.lab import Node


class DestroyMachine:
    """Power cut, all disks thrown away, and boot from blank ones."""

    name = "destroy-machine"

    def __init__(self, node: Node) -> None:
        self.node = node.name
        self.destroys = tuple(disk.name for disk in node.spec.data_disks)

    @property
    def bites(self) -> tuple[Bite, ...]:
        """Other disks, the data disk among them, and another boot."""
        return blank_hardware(self.node)

    def strike(self, cluster: Cluster) -> None:
        """Cut the power, replace every disk, switch on."""
        node = cluster.nodes[self.node]
        node.cut()
        node.replace_disks()
        node.power_on()
