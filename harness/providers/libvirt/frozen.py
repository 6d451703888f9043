"""A whole lab at rest: disks and memory of its machines, from which any number of labs can go on."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

from harness.images.reflink import reflink
from harness.providers.libvirt.machine import VirtualMachine
from harness.providers.libvirt.memory import rename_saved
from harness.providers.local.frozen import describe, lay_down, read_record, take_up, write_record

_MEMORY = "memory"


def freeze(machines: Iterable[VirtualMachine], folder: Path, asleep: Iterable[str] = ()) -> None:
    """Copy all machines that have power at one moment of theirs, and let them go on; some stay asleep."""
    running = [machine for machine in machines if machine.is_on]
    sleeping = [machine for machine in running if machine.spec.name in set(asleep)]
    with ThreadPoolExecutor(max_workers=4) as threads:
        # All are stopped before the first goes on: none may see another one's future.
        list(threads.map(lambda machine: machine.save(machine.folder / _MEMORY), running))
        for machine in running:
            lay_down(machine.bays, folder / machine.spec.name)
            reflink(machine.folder / _MEMORY, folder / machine.spec.name / _MEMORY)
        write_record(
            folder, {machine.spec.name: _described(machine, asleep=machine in sleeping) for machine in running}
        )
        awake = [machine for machine in running if machine not in sleeping]
        list(threads.map(lambda machine: machine.go_on(machine.folder / _MEMORY), awake))
    for machine in sleeping:
        machine.sleep_in(machine.folder / _MEMORY)


def thaw(machines: Mapping[str, VirtualMachine], folder: Path) -> None:
    """Let machines go on from where those of a frozen lab stood; who was asleep there is so here."""
    record = read_record(folder)
    memories = {name: _clone(machines[name], folder, told) for name, told in record.items()}
    for name in record:
        if record[name]["asleep"]:
            machines[name].sleep_in(memories[name])
    awake = [name for name in record if not record[name]["asleep"]]
    with ThreadPoolExecutor(max_workers=4) as threads:
        list(threads.map(lambda name: machines[name].go_on(memories[name]), awake))


def _described(machine: VirtualMachine, *, asleep: bool) -> dict[str, Any]:
    return {
        "asleep": asleep,
        "lab": machine.lab,
        "uuid": str(machine.hardware().identity),
        "run": machine.lease.run,
        "console": str(machine.console.absolute()),
        "folder": str(machine.folder),
        **describe(machine.bays, machine.slot),
    }


def _clone(machine: VirtualMachine, folder: Path, record: Mapping[str, Any]) -> Path:
    source = folder / machine.spec.name
    machine.adopt(*take_up(source, machine.folder, record))
    memory = machine.folder / _MEMORY
    reflink(source / _MEMORY, memory)
    now = _described(machine, asleep=record["asleep"])
    # The longer names first: each folder holds the lab's name.
    rename_saved(memory, {record[key]: now[key] for key in ("console", "folder", "uuid", "lab", "run")})
    return memory
