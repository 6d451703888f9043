"""A whole lab as it is asked for: machines on one network of their own."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from ipaddress import IPv4Address, IPv4Network

from harness.errors import SpecError, hinted
from harness.spec.disk import DataDisk, DiskSpec
from harness.spec.node import NodeSpec, Role

_SHAPE = re.compile(r"([1-9])(?:\+([1-9]))?(\+etcd)?(\+vault)?")
#: The same in every lab: labs are hermetic, so equal addresses never meet.
NETWORK = IPv4Network("10.77.0.0/24")
WITNESS = IPv4Address("10.77.0.1")
ENDPOINT = IPv4Address("10.77.0.100")


@dataclass(frozen=True, slots=True, kw_only=True)
class LabSpec:
    """Machines, their network, and the addresses that belong to no machine."""

    shape: str
    nodes: tuple[NodeSpec, ...]
    network: IPv4Network = NETWORK
    witness: IPv4Address = WITNESS
    endpoint: IPv4Address = ENDPOINT

    def __post_init__(self) -> None:
        for what, values in (
            ("name", [n.name for n in self.nodes]),
            ("address", [str(n.ip) for n in self.nodes]),
        ):
            twice = {value for value in values if values.count(value) > 1}
            if twice:
                raise SpecError(f"Two machines of the lab have the {what} '{min(twice)}'")

    def of_role(self, role: Role) -> tuple[NodeSpec, ...]:
        """The machines of one role, in order."""
        return tuple(node for node in self.nodes if node.role is role)

    @property
    def etcd_nodes(self) -> tuple[NodeSpec, ...]:
        """The machines on which etcd runs: its own where there are such, else the control planes."""
        return self.of_role(Role.ETCD) or self.of_role(Role.CONTROL_PLANE)


def parse_shape(shape: str, *, etcd_mib: int = 2048, volumes_mib: int = 1024) -> LabSpec:
    """The lab that a shape such as '1' or '3+1' stands for, with a spare machine."""
    matched = _SHAPE.fullmatch(shape)
    if matched is None:
        raise hinted(
            SpecError(f"The lab shape '{shape}' is not understood"),
            "Use '1', '1+1' or '3+1': control planes, and workers after the plus;"
            " '+etcd' gives etcd a machine of its own, '+vault' adds one for backups.",
        )
    masters, workers = int(matched[1]), int(matched[2] or 0)
    etcd = (DiskSpec(name=DataDisk.ETCD, size_mib=etcd_mib),)
    # No kubelet joins from there: what is left is etcd alone.
    outside = [replace(_node("etcd1", Role.ETCD, 51, etcd), memory_mib=2048)] if matched[3] else []
    # It holds files, and runs nothing of Kubernetes.
    vaults = [replace(_node("vault1", Role.VAULT, 41, ()), cpus=1, memory_mib=1024)] if matched[4] else []
    members = _nodes(masters, workers, () if outside else etcd, volumes_mib)
    return LabSpec(shape=shape, nodes=(*members, *outside, *vaults))


def _nodes(masters: int, workers: int, etcd: tuple[DiskSpec, ...], volumes_mib: int) -> Iterator[NodeSpec]:
    volumes = DiskSpec(name=DataDisk.VOLUMES, size_mib=volumes_mib)
    for number in range(1, masters + 1):
        # A control plane without workers carries the workloads, and so the volumes, itself.
        yield _node(f"master{number}", Role.CONTROL_PLANE, 10 + number, (*etcd, volumes))
    for number in range(1, workers + 1):
        yield _node(f"worker{number}", Role.WORKER, 20 + number, (volumes,))
    # It only joins as a worker, once, beside machines that have all to do: one processor does.
    yield replace(_node("spare1", Role.SPARE, 31, ()), cpus=1, memory_mib=2048)


def _node(name: str, role: Role, host: int, disks: tuple[DiskSpec, ...]) -> NodeSpec:
    return NodeSpec(name=name, role=role, ip=NETWORK[host], mac=f"52:54:00:77:00:{host:02x}", data_disks=disks)
