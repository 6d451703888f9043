"""A whole lab at rest: the disks of its machines after they were shut down, from which any number of labs boot."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from harness.providers.container.machine import ContainerMachine
from harness.providers.local.frozen import describe, lay_down, read_record, take_up, write_record


def freeze(machines: Iterable[ContainerMachine], folder: Path, asleep: Iterable[str] = ()) -> None:
    """Shut all machines that have power down together, copy their disks, and let them boot; some stay off."""
    running = [machine for machine in machines if machine.is_on]
    # All are off before the first disk is copied: a cluster goes on from one moment, not from several.
    _together(ContainerMachine.power_off, running)
    for machine in running:
        lay_down(machine.bays, folder / machine.spec.name)
    sleeping = set(asleep)
    record = {
        machine.spec.name: {"asleep": machine.spec.name in sleeping, **describe(machine.bays, machine.slot)}
        for machine in running
    }
    write_record(folder, record)
    _together(ContainerMachine.power_on, [machine for machine in running if machine.spec.name not in sleeping])


def thaw(machines: Mapping[str, ContainerMachine], folder: Path) -> None:
    """Give machines the disks of a frozen lab, and power to those that had it there."""
    record = read_record(folder)
    for name, told in record.items():
        machines[name].adopt(*take_up(folder / name, machines[name].folder, told))
    _together(ContainerMachine.power_on, [machines[name] for name, told in record.items() if not told["asleep"]])


def _together(step: Callable[[ContainerMachine], None], machines: list[ContainerMachine]) -> None:
    """Etcd has no quorum while its members come and go one by one, and then takes its time to do either."""
    with ThreadPoolExecutor(max_workers=max(len(machines), 1)) as threads:
        list(threads.map(step, machines))
