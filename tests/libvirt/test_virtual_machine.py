"""Virtual machines on libvirt's own test driver: all of libvirt but the guests."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import libvirt
import pytest

from harness.clock import HostClock
from harness.errors import LabError, StoodStillError
from harness.facts.fact import Output
from harness.ownership import Lease, new_run_id, open_lease
from harness.providers.libvirt.acceleration import Acceleration
from harness.providers.libvirt.connection import connected, domain_named, resident
from harness.providers.libvirt.machine import VirtualMachine
from harness.providers.local.bays import Bays
from harness.providers.local.disk import BlockDisk
from harness.spec import DataDisk, OsSlot, parse_shape

pytestmark = pytest.mark.libvirt


@dataclass(frozen=True, slots=True, kw_only=True)
class DriverAcceleration(Acceleration):
    """The kind of domain that the test driver takes."""

    @property
    def domain_type(self) -> str:
        return "test"


class Ready:
    """An agent that is there, since the test driver has none."""

    def answers(self) -> bool:
        return True

    def run(self, *_: object, **__: object) -> Output:
        return Output(status=0, stdout="active\n")


@pytest.fixture
def connection() -> Iterator[libvirt.virConnect]:
    with connected("test:///default") as connection:
        yield connection


@pytest.fixture
def lease(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Lease]:
    monkeypatch.setenv("KUBEDRILL_CACHE", str(tmp_path / "cache"))
    with open_lease(new_run_id(datetime.now(UTC))) as lease:
        yield lease


@pytest.fixture
def machine(connection: libvirt.virConnect, lease: Lease, tmp_path: Path) -> VirtualMachine:
    def fit(_: VirtualMachine) -> Bays:
        return Bays(
            os={slot: BlockDisk(tmp_path / f"{slot}.img", serial=f"serial-{slot}") for slot in OsSlot},
            data={DataDisk.ETCD: BlockDisk(tmp_path / "etcd.img")},
        )

    made = VirtualMachine(
        parse_shape("1").nodes[0],
        lab=lease.name,
        folder=tmp_path,
        console=tmp_path / "console.log",
        connection=connection,
        acceleration=DriverAcceleration(kvm=False, reason="no guest runs", qemu="7.2.22"),
        lease=lease,
        clock=HostClock(),
        fit=fit,
        fit_data=lambda _, name: BlockDisk(tmp_path / f"another-{name}.img"),
    )
    made.channel = Ready()  # type: ignore[assignment]
    made.replace_disks()
    return made


def booted_from(connection: libvirt.virConnect, machine: VirtualMachine) -> str:
    description = connection.lookupByName(machine.name).XMLDesc()
    [disk] = [part for part in description.split("<disk ") if "<boot order='1'" in part]
    return "a" if "serial-a" in disk else "b"


def test_a_machine_boots_from_the_disk_that_was_chosen_both_ways(
    connection: libvirt.virConnect, machine: VirtualMachine
) -> None:
    seen = []
    for slot in (OsSlot.A, OsSlot.B, OsSlot.A):
        machine.choose(slot)
        machine.power_on()
        seen.append(booted_from(connection, machine))
        machine.cut()
    assert seen == ["a", "b", "a"]


def test_a_machine_that_is_off_is_unknown_to_libvirt(connection: libvirt.virConnect, machine: VirtualMachine) -> None:
    machine.power_on()
    assert domain_named(connection, machine.name) is not None
    machine.cut()
    assert domain_named(connection, machine.name) is None
    assert not machine.is_on


@dataclass
class Spoilt(Ready):
    """So many boots in which a processor has no tick, as the kernel says on the console."""

    console: Path
    boots: int

    def answers(self) -> bool:
        if self.boots == 0:
            return True
        self.boots -= 1
        with self.console.open("a") as console:
            console.write("[   22.442097] rcu: \tPossible timer handling issue on cpu=1 timer-softirq=3\n")
        return False


def test_a_boot_in_which_the_emulator_forgets_a_timer_ends_without_power_and_is_told(machine: VirtualMachine) -> None:
    machine.channel = Spoilt(machine.console, boots=1)  # type: ignore[assignment]
    with pytest.raises(StoodStillError, match="stood still while it booted: its emulator forgot a processor's timer"):
        machine.power_on()
    assert not machine.is_on
    machine.power_on()
    assert machine.is_on


def test_what_is_claimed_is_released_and_a_discard_may_come_twice(machine: VirtualMachine, lease: Lease) -> None:
    machine.power_on()
    assert [claim.name for claim in lease.claims] == [machine.name]
    machine.discard()
    machine.discard()
    assert lease.claims == ()


def test_disks_are_not_touched_while_the_machine_is_on(machine: VirtualMachine) -> None:
    machine.power_on()
    with pytest.raises(LabError, match="is on"):
        machine.choose(OsSlot.B)
    with pytest.raises(LabError, match="is on"):
        machine.replace_disks()
    with pytest.raises(LabError, match="already on"):
        machine.power_on()
    machine.discard()


def test_a_data_disk_is_replaced_while_the_machine_is_off(machine: VirtualMachine) -> None:
    before = machine.bays.data[DataDisk.ETCD].file
    before.touch()
    machine.replace_disk(DataDisk.ETCD)
    assert not before.exists()
    assert f"another-{DataDisk.ETCD}.img" in machine.hardware().to_xml()


def test_no_disk_dies_in_a_machine_without_it_or_without_power(machine: VirtualMachine) -> None:
    with pytest.raises(LabError, match="no disk of it can die in use"):
        machine.kill_disk(DataDisk.ETCD)
    with pytest.raises(LabError, match="has no data disk 'volumes'"):
        machine.kill_disk(DataDisk.VOLUMES)
    with pytest.raises(LabError, match="has no data disk 'volumes'"):
        machine.replace_disk(DataDisk.VOLUMES)


def test_what_pulls_a_disk_names_the_place_that_it_has_at_boot(machine: VirtualMachine) -> None:
    hardware = machine.hardware()
    assert "vdc" in hardware.data_disk(DataDisk.ETCD)
    assert hardware.data_disk(DataDisk.ETCD) in hardware.to_xml()


def test_a_machine_goes_on_from_its_saved_memory(
    connection: libvirt.virConnect, machine: VirtualMachine, tmp_path: Path
) -> None:
    machine.power_on()
    machine.save(tmp_path / "memory")
    assert domain_named(connection, machine.name) is None
    machine.restore(tmp_path / "memory")
    assert domain_named(connection, machine.name) is not None
    machine.discard()


def test_a_machine_holds_what_its_emulator_has_in_memory_and_nothing_without_power(
    connection: libvirt.virConnect, machine: VirtualMachine
) -> None:
    # The test driver says it of the domain that it comes with, and of no other.
    assert resident(connection.lookupByName("test")) == 1024**3
    assert machine.memory() == 0
    machine.power_on()
    assert machine.memory() is None
    machine.discard()
    assert machine.memory() == 0


def test_a_machine_without_power_has_nothing_to_cut_or_save(machine: VirtualMachine, tmp_path: Path) -> None:
    with pytest.raises(LabError, match="no power to cut"):
        machine.cut()
    with pytest.raises(LabError, match="no memory"):
        machine.save(tmp_path / "memory")


def test_a_libvirt_that_is_not_there_is_one_sentence_with_its_remedy() -> None:
    with (
        pytest.raises(LabError, match="cannot be reached") as refused,
        connected("qemu+unix:///system?socket=/no/where"),
    ):
        pass
    assert "kubedrill setup --provider libvirt" in refused.value.__notes__[0]
