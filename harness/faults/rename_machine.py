"""A machine is gone with all its disks; the one that takes its place has its address, and another name."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from harness.cluster.cluster import Cluster
from harness.facts.identity import HOSTNAME
from harness.faults.blank_hardware import blank_hardware
from harness.faults.fault import Bite
from harness.lab import Node

_FIXED = "the name of its machines is part of the lab that was asked for"


class RenameMachine:
    """Power cut, all disks thrown away, and boot from blank ones under another name."""

    name = "rename-machine"
    not_on: ClassVar[Mapping[str, str]] = {"libvirt": _FIXED, "vagrant": _FIXED}

    def __init__(self, node: Node, to: str) -> None:
        self.node = node.name
        self.renames_to = to
        self.destroys = tuple(disk.name for disk in node.spec.data_disks)

    @property
    def bites(self) -> tuple[Bite, ...]:
        """Other disks, another boot, and another name."""
        return (*blank_hardware(self.node), Bite(fact=HOSTNAME, node=self.node))

    def strike(self, cluster: Cluster) -> None:
        """Cut the power, replace every disk, change the name, switch on."""
        node = cluster.nodes[self.node]
        node.cut()
        node.rename(self.renames_to)
        node.replace_disks()
        node.power_on()
