"""Machines as they are asked for."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from ipaddress import IPv4Address

from harness.errors import SpecError
from harness.spec.disk import DiskSpec, OsSlot
from harness.spec.name import check_name


class Role(StrEnum):
    """What a machine is for."""

    CONTROL_PLANE = "control-plane"
    WORKER = "worker"
    SPARE = "spare"
    #: No member of the cluster, but the home of its etcd, which is then nowhere else.
    ETCD = "etcd"
    #: No member of the cluster: backups are kept there.
    VAULT = "vault"


@dataclass(frozen=True, slots=True, kw_only=True)
class NodeSpec:
    """One machine: the name, MAC and IP stay the same whatever happens to its disks."""

    name: str
    role: Role
    ip: IPv4Address
    mac: str
    data_disks: tuple[DiskSpec, ...] = ()
    os_slots: tuple[OsSlot, ...] = (OsSlot.A, OsSlot.B)
    memory_mib: int = 4096
    cpus: int = 2
    #: What it calls itself, and so its Node and its member of etcd, where that is not its name in the lab.
    hostname: str = ""

    @property
    def called(self) -> str:
        """The name by which the cluster knows it."""
        return self.hostname or self.name

    def __post_init__(self) -> None:
        check_name("machine", self.name)
        if self.memory_mib < 1024:
            raise SpecError(
                f"The machine '{self.name}' cannot have {self.memory_mib} MiB of memory: kubeadm needs 1024"
            )
        if self.cpus < 1:
            raise SpecError(f"The machine '{self.name}' cannot have {self.cpus} processors")
