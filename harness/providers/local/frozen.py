"""Disks of a lab at rest, from which any number of labs go on."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from harness.errors import LabError
from harness.images.reflink import reflink
from harness.providers.local.bays import Bays
from harness.providers.local.disk import PARTITION_OFFSET, BlockDisk
from harness.spec import DataDisk, OsSlot
from harness.strict_json import json_value

_RECORD = "lab.json"


def describe(bays: Bays, slot: OsSlot) -> dict[str, Any]:
    """What has to be known of a machine's disks to find them again: slots, names and serials."""
    return {
        "slot": slot.value,
        "os": {slot.value: [disk.file.name, disk.serial] for slot, disk in bays.os.items()},
        "data": {name.value: disk.file.name for name, disk in bays.data.items()},
    }


def lay_down(bays: Bays, folder: Path) -> None:
    """Clone the disks of a machine that does not write to them into a folder of theirs."""
    folder.mkdir(parents=True, exist_ok=True)
    for disk in bays.all:
        reflink(disk.file, folder / disk.file.name)


def take_up(source: Path, target: Path, told: Mapping[str, Any]) -> tuple[Bays, OsSlot]:
    """Clones of the described disks in a machine's folder, and the slot that it boots from."""
    bays = Bays(
        os={
            OsSlot(slot): BlockDisk(target / name, PARTITION_OFFSET, serial=serial)
            for slot, (name, serial) in told["os"].items()
        },
        data={DataDisk(disk): BlockDisk(target / name) for disk, name in told["data"].items()},
    )
    for disk in bays.all:
        reflink(source / disk.file.name, disk.file)
    return bays, OsSlot(told["slot"])


def write_record(folder: Path, machines: Mapping[str, Mapping[str, Any]]) -> None:
    """Note what lies in the folder, machine by machine."""
    (folder / _RECORD).write_text(json.dumps(machines, indent=2) + "\n")


def read_record(folder: Path) -> dict[str, dict[str, Any]]:
    """What lies in the folder, machine by machine."""
    try:
        found: dict[str, dict[str, Any]] = json_value((folder / _RECORD).read_text())
    except (OSError, ValueError) as spoilt:
        raise LabError(f"There is no frozen lab in '{folder}': {spoilt}") from spoilt
    return found
