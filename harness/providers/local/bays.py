"""The disks that are in a machine."""

from __future__ import annotations

from dataclasses import dataclass, field

from harness.providers.local.disk import BlockDisk
from harness.spec import DataDisk, OsSlot


@dataclass(slots=True, kw_only=True)
class Bays:
    """Its OS disks by their slots and its data disks by their names."""

    os: dict[OsSlot, BlockDisk] = field(default_factory=dict)
    data: dict[DataDisk, BlockDisk] = field(default_factory=dict)

    @property
    def all(self) -> tuple[BlockDisk, ...]:
        """Every disk."""
        return (*self.os.values(), *self.data.values())

    def throw_away(self) -> None:
        """Let none of them be left."""
        for disk in self.all:
            disk.file.unlink(missing_ok=True)
