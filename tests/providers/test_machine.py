from __future__ import annotations

from pathlib import Path

import pytest

from harness.errors import LabError
from harness.facts.disk import ETCD_DISK, ETCD_DISK_WRITE, OS_DISK, ROOT_DISK
from harness.facts.fact import Fact, Output
from harness.providers.rehearsal.machine import SimulatedMachine
from harness.spec import DataDisk, OsSlot
from tests.lab.stage import Stage, stage

__all__ = ["stage"]


@pytest.fixture
def machine(stage: Stage) -> SimulatedMachine:
    """A control plane that is on."""
    found = stage.lab.machines["master1"]
    found.power_on()
    return found


def answer(machine: SimulatedMachine, *words: str) -> Output:
    return machine.channel.run(words)


def told(machine: SimulatedMachine, fact: Fact[object]) -> object:
    return fact.parse(machine.channel.run(fact.argv))


def test_a_cut_takes_what_was_not_synced_and_nothing_else(machine: SimulatedMachine) -> None:
    machine.channel.put("/etc/synced", b"1")
    machine.write("/etc/unsynced", b"2")
    machine.cut()
    machine.power_on()
    assert machine.read("/etc/synced") == b"1"
    assert machine.read("/etc/unsynced") is None


@pytest.mark.parametrize("end", ["sync", "power_off", "write_back"])
def test_what_was_brought_to_the_disk_outlives_the_power(end: str, machine: SimulatedMachine, stage: Stage) -> None:
    machine.write("/etc/written", b"1")
    if end == "sync":
        answer(machine, "sync")
    if end == "write_back":
        stage.provider.clock.pause(5)
    machine.power_off() if end == "power_off" else machine.cut()
    machine.power_on()
    assert machine.read("/etc/written") == b"1"


def test_the_other_os_disk_is_another_one_by_slot_serial_and_file_system(machine: SimulatedMachine) -> None:
    before = [told(machine, fact) for fact in (OS_DISK, ROOT_DISK)]
    machine.cut()
    machine.choose(OsSlot.B)
    machine.power_on()
    after = [told(machine, fact) for fact in (OS_DISK, ROOT_DISK)]
    assert all(was != now for was, now in zip(before, after, strict=True))


def test_a_data_disk_is_mounted_by_its_unit_at_each_boot_and_keeps_its_files(machine: SimulatedMachine) -> None:
    assert not ETCD_DISK.parse(machine.channel.run(ETCD_DISK.argv)).mounted
    assert answer(machine, "systemctl", "enable", "--now", "var-lib-etcd.mount").status == 0
    machine.channel.put("/var/lib/etcd/note", b"1")
    answer(machine, "sync")
    before = told(machine, ETCD_DISK)
    machine.cut()
    machine.power_on()
    assert told(machine, ETCD_DISK) == before
    assert machine.read("/var/lib/etcd/note") == b"1"


def test_a_new_file_system_is_empty_and_another_one_and_a_mounted_disk_gets_none(machine: SimulatedMachine) -> None:
    format_ = ("mkfs.ext4", "-q", "-F", "/dev/disk/kubedrill/etcd")
    answer(machine, "systemctl", "start", "var-lib-etcd.mount")
    machine.channel.put("/var/lib/etcd/note", b"1")
    before = told(machine, ETCD_DISK)
    assert "is mounted" in answer(machine, *format_).stderr
    answer(machine, "systemctl", "stop", "var-lib-etcd.mount")
    assert answer(machine, *format_).status == 0
    answer(machine, "systemctl", "start", "var-lib-etcd.mount")
    assert told(machine, ETCD_DISK) != before
    assert machine.read("/var/lib/etcd/note") is None


def test_a_unit_that_is_not_there_or_has_no_disk_does_not_start(stage: Stage) -> None:
    spare = stage.lab.machines["spare1"]
    spare.power_on()
    assert answer(spare, "systemctl", "start", "nothing.service").status == 5
    assert answer(spare, "systemctl", "start", "var-lib-etcd.mount").status == 1


def test_a_disabled_kubelet_stays_down_after_a_reboot(machine: SimulatedMachine) -> None:
    assert answer(machine, "systemctl", "is-active", "kubelet").stdout == "active\n"
    answer(machine, "systemctl", "disable", "kubelet.service")
    answer(machine, "sync")
    machine.cut()
    machine.power_on()
    assert answer(machine, "systemctl", "is-active", "kubelet").status == 3


@pytest.mark.parametrize(
    "line",
    ["reboot", "find / -delete", "crictl ps", "kubeadm upgrade apply", "tar --create", "kubeadm init --dry-run"],
)
def test_a_command_that_the_simulation_does_not_know_is_an_error_of_the_lab(
    line: str, machine: SimulatedMachine
) -> None:
    with pytest.raises(LabError, match=r"The rehearsal('s kubeadm)? (does not know|knows no)"):
        machine.channel.run(line.split())
    with pytest.raises(LabError, match="has no shell"):
        machine.channel.run(["sh", "-c", f"{line} | cat"])


def test_power_and_disks_are_changed_only_where_that_makes_sense(machine: SimulatedMachine) -> None:
    for refused in (machine.power_on, machine.replace_disks, lambda: machine.choose(OsSlot.B)):
        with pytest.raises(LabError, match="is on"):
            refused()
    machine.cut()
    with pytest.raises(LabError, match="is off"):
        machine.channel.get("/etc/kubedrill/disk.json")


def test_fresh_disks_are_other_disks(machine: SimulatedMachine) -> None:
    before = told(machine, OS_DISK)
    machine.cut()
    machine.replace_disks()
    machine.power_on()
    assert told(machine, OS_DISK) != before


def test_a_dead_disk_takes_no_write_and_the_one_that_replaces_it_is_another_and_empty(
    machine: SimulatedMachine,
) -> None:
    answer(machine, "systemctl", "enable", "--now", "var-lib-etcd.mount")
    machine.channel.put("/var/lib/etcd/note", b"1")
    assert told(machine, ETCD_DISK_WRITE) == "written"
    before = told(machine, ETCD_DISK)
    machine.kill_disk(DataDisk.ETCD)
    assert told(machine, ETCD_DISK_WRITE) == "Input/output error"
    with pytest.raises(LabError, match="is mounted still"):
        machine.replace_disk(DataDisk.ETCD)
    assert answer(machine, "umount", "/var/lib/etcd").status == 0
    assert "not mounted" in answer(machine, "umount", "/var/lib/etcd").stderr
    machine.replace_disk(DataDisk.ETCD)
    answer(machine, "systemctl", "start", "var-lib-etcd.mount")
    assert told(machine, ETCD_DISK_WRITE) == "written"
    assert told(machine, ETCD_DISK) != before
    assert machine.read("/var/lib/etcd/note") is None


def test_a_disk_that_nobody_uses_cannot_die_in_use(machine: SimulatedMachine) -> None:
    with pytest.raises(LabError, match="is not mounted"):
        machine.kill_disk(DataDisk.ETCD)


def test_the_console_tells_of_every_boot(machine: SimulatedMachine) -> None:
    machine.cut()
    machine.power_on()
    assert Path(machine.console).read_text().count("booting from OS disk 'a'") == 2
