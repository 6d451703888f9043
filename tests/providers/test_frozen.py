"""Labs at rest: what is copied when, and what a lab that goes on from it has."""

from __future__ import annotations

import shutil
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, cast

import pytest

from harness.errors import LabError
from harness.providers.container.frozen import freeze, thaw
from harness.providers.container.machine import ContainerMachine
from harness.providers.local.bays import Bays
from harness.providers.local.disk import PARTITION_OFFSET, BlockDisk
from harness.spec import DataDisk, LabSpec, NodeSpec, OsSlot, parse_shape

MEMBERS = ("master1", "master2", "master3", "worker1")


@dataclass(slots=True)
class FileMachine:
    """A machine that is nothing but its files, and a power switch that is heard."""

    spec: NodeSpec
    folder: Path
    heard: list[str]
    is_on: bool = False
    slot: OsSlot = OsSlot.A
    bays: Bays = field(default_factory=Bays)

    def power_off(self) -> None:
        self.is_on = False
        self.heard.append(f"off {self.spec.name}")

    def power_on(self) -> None:
        self.is_on = True
        self.heard.append(f"on {self.spec.name}")

    def adopt(self, bays: Bays, slot: OsSlot) -> None:
        assert not self.is_on
        self.bays.throw_away()
        self.bays, self.slot = bays, slot


def machines_of(lab: LabSpec, place: Path, heard: list[str]) -> dict[str, ContainerMachine]:
    """Machines whose disks hold their own names."""
    made = {}
    for node in lab.nodes:
        folder = place / node.name
        folder.mkdir(parents=True)
        bays = Bays(
            os={
                slot: BlockDisk(folder / f"os-{slot}-{place.name}.img", PARTITION_OFFSET, serial=f"{place.name}-{slot}")
                for slot in node.os_slots
            },
            data={disk.name: BlockDisk(folder / f"{disk.name}-{place.name}.img") for disk in node.data_disks},
        )
        for disk in bays.all:
            disk.file.write_text(f"{place.name} {disk.file.name}")
        made[node.name] = cast(ContainerMachine, FileMachine(node, folder, heard, bays=bays))
    return made


@pytest.fixture(autouse=True)
def heard(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What happened in which order; disks are really copied, for not every file system clones."""
    events: list[str] = []

    def reflink(source: Path, target: Path) -> None:
        assert not target.exists()
        shutil.copyfile(source, target)
        events.append(f"copy {source.parent.name}")

    monkeypatch.setattr("harness.providers.local.frozen.reflink", reflink)
    for step in ("power_off", "power_on"):
        monkeypatch.setattr(ContainerMachine, step, lambda machine, step=step: getattr(FileMachine, step)(machine))
    return events


def started(machines: dict[str, ContainerMachine], *names: str) -> dict[str, ContainerMachine]:
    for name in names:
        cast(Any, machines[name]).is_on = True
    return machines


def sorts(heard: list[str]) -> list[str]:
    """The sorts of events without their repetitions."""
    words = [event.split()[0] for event in heard]
    return [word for number, word in enumerate(words) if number == 0 or words[number - 1] != word]


def test_all_machines_are_off_before_a_disk_is_copied_and_none_boots_before_the_last_one(
    tmp_path: Path, heard: list[str]
) -> None:
    machines = started(machines_of(parse_shape("3+1"), tmp_path / "lab", heard), *MEMBERS)
    freeze(machines.values(), tmp_path / "frozen")
    assert sorts(heard) == ["off", "copy", "on"]
    assert {event for event in heard if event.startswith("on")} == {f"on {name}" for name in MEMBERS}


def test_a_machine_without_power_is_not_frozen_and_one_that_shall_sleep_gets_none_again(
    tmp_path: Path, heard: list[str]
) -> None:
    machines = started(machines_of(parse_shape("1+1"), tmp_path / "lab", heard), "master1", "worker1")
    freeze(machines.values(), tmp_path / "frozen", asleep=("worker1",))
    assert "on worker1" not in heard
    heard.clear()
    other = machines_of(parse_shape("1+1"), tmp_path / "other", heard)
    thaw(other, tmp_path / "frozen")
    assert [event for event in heard if event.startswith("on")] == ["on master1"]
    assert cast(Any, other["spare1"]).bays.os[OsSlot.A].serial == "other-a"


def test_a_thawed_machine_has_disks_of_the_same_content_serial_and_slot_in_its_own_folder(
    tmp_path: Path, heard: list[str]
) -> None:
    machines = started(machines_of(parse_shape("1+1"), tmp_path / "lab", heard), "master1", "worker1")
    cast(Any, machines["master1"]).slot = OsSlot.B
    freeze(machines.values(), tmp_path / "frozen")
    other = machines_of(parse_shape("1+1"), tmp_path / "other", heard)
    thaw(other, tmp_path / "frozen")
    master = other["master1"]
    assert master.slot is OsSlot.B
    assert {slot: disk.serial for slot, disk in master.bays.os.items()} == {OsSlot.A: "lab-a", OsSlot.B: "lab-b"}
    assert {disk.offset for disk in master.bays.os.values()} == {PARTITION_OFFSET}
    assert set(master.bays.data) == {DataDisk.ETCD, DataDisk.VOLUMES}
    assert all(disk.file.parent == master.folder for disk in master.bays.all)
    assert all(disk.file.read_text() == f"lab {disk.file.name}" for disk in master.bays.all)
    # What the lab was made with is gone.
    assert sorted(path.name for path in master.folder.iterdir()) == sorted(disk.file.name for disk in master.bays.all)


def test_what_one_lab_writes_no_other_lab_of_the_same_checkpoint_reads(tmp_path: Path, heard: list[str]) -> None:
    machines = started(machines_of(parse_shape("1"), tmp_path / "lab", heard), "master1")
    freeze(machines.values(), tmp_path / "frozen")
    forks = [machines_of(parse_shape("1"), tmp_path / name, heard) for name in ("one", "two")]
    for fork in forks:
        thaw(fork, tmp_path / "frozen")
    first, second = (fork["master1"].bays.data[DataDisk.ETCD].file for fork in forks)
    first.write_text("changed")
    assert second.read_text() == "lab etcd-lab.img"


def test_a_folder_without_a_record_is_no_frozen_lab(tmp_path: Path, heard: list[str]) -> None:
    with pytest.raises(LabError, match="no frozen lab"):
        thaw(machines_of(parse_shape("1"), tmp_path / "lab", heard), tmp_path)
    assert heard == []
