"""A machine is gone with all its disks; the one that takes its place has its name, and another address."""

from __future__ import annotations

from collections.abc import Mapping
from ipaddress import IPv4Address
from typing import ClassVar

from harness.cluster.cluster import Cluster
from harness.facts.identity import LAB_ADDRESSES
from harness.faults.blank_hardware import blank_hardware
from harness.faults.fault import Bite
from harness.lab import Node

_FIXED = "the address of its machines is part of the lab that was asked for"


class MoveMachine:
    """Power cut, all disks thrown away, and boot from blank ones under another address."""

    name = "move-machine"
    not_on: ClassVar[Mapping[str, str]] = {"libvirt": _FIXED, "vagrant": _FIXED}

    def __init__(self, node: Node, to: str) -> None:
        self.node = node.name
        self.moves_to = IPv4Address(to)
        self.destroys = tuple(disk.name for disk in node.spec.data_disks)

    @property
    def bites(self) -> tuple[Bite, ...]:
        """Other disks, another boot, and another address."""
        return (*blank_hardware(self.node), Bite(fact=LAB_ADDRESSES, node=self.node))

    def strike(self, cluster: Cluster) -> None:
        """Cut the power, replace every disk, change the address, switch on."""
        node = cluster.nodes[self.node]
        node.cut()
        node.readdress(self.moves_to)
        node.replace_disks()
        node.power_on()
