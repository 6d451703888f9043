"""The disks that are in a machine."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from harness.errors import LabError
from harness.providers.local.disk import BlockDisk
from harness.spec import DataDisk, OsSlot


def _unlink(disk: Path) -> None:
    disk.unlink(missing_ok=True)


@dataclass(slots=True, kw_only=True)
class Bays:
    """Its OS disks by their slots and its data disks by their names."""

    os: dict[OsSlot, BlockDisk] = field(default_factory=dict)
    data: dict[DataDisk, BlockDisk] = field(default_factory=dict)
    #: How a disk goes: as a file of ours, unless it is told otherwise.
    remove: Callable[[Path], None] = _unlink

    @property
    def all(self) -> tuple[BlockDisk, ...]:
        """Every disk."""
        return (*self.os.values(), *self.data.values())

    def data_disk(self, name: DataDisk, machine: str) -> BlockDisk:
        """The data disk of this name; a machine may have been asked for without."""
        if name not in self.data:
            raise LabError(f"The machine '{machine}' has no data disk '{name}'")
        return self.data[name]

    def throw_away(self) -> None:
        """Let none of them be left."""
        for disk in self.all:
            self.remove(disk.file)
