"""Disks as they are asked for."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from harness.errors import SpecError


class OsSlot(StrEnum):
    """Which of a machine's replaceable OS disks."""

    A = "a"
    B = "b"

    @property
    def other(self) -> OsSlot:
        """The slot that a swap boots into."""
        return OsSlot.B if self is OsSlot.A else OsSlot.A


class DataDisk(StrEnum):
    """The disks that must survive, by the name under which a machine finds them."""

    ETCD = "etcd"
    VOLUMES = "volumes"

    @property
    def mount_point(self) -> str:
        """Where the machine mounts it."""
        return {DataDisk.ETCD: "/var/lib/etcd", DataDisk.VOLUMES: "/var/lib/volumes"}[self]

    @property
    def unit(self) -> str:
        """The systemd unit that mounts it, and fails hard if it cannot."""
        return {DataDisk.ETCD: "var-lib-etcd.mount", DataDisk.VOLUMES: "var-lib-volumes.mount"}[self]


@dataclass(frozen=True, slots=True, kw_only=True)
class DiskSpec:
    """A data disk of a certain size."""

    name: DataDisk
    size_mib: int

    def __post_init__(self) -> None:
        if not 64 <= self.size_mib <= 1024 * 1024:
            raise SpecError(
                f"The data disk '{self.name}' cannot have {self.size_mib} MiB: 64 MiB to 1 TiB are possible"
            )
