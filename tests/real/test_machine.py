"""Container machines: power, disks and networks."""

from __future__ import annotations

import subprocess
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from harness.clock import HostClock
from harness.cluster.cluster import Cluster
from harness.drill.session import traits
from harness.errors import LabError
from harness.facts.disk import ETCD_DISK, ETCD_DISK_WRITE
from harness.facts.reach import ANSWERED, REACH, UNANSWERED
from harness.journal.writer import Journal
from harness.ownership import new_run_id
from harness.providers.container import ContainerProvider
from harness.providers.container import machine as container_machine
from harness.providers.container.ext4 import cut_power
from harness.providers.container.machine import ContainerMachine
from harness.providers.container.provider import ContainerLab
from harness.providers.seam import Fidelity
from harness.spec import ClusterSpec, DataDisk, OsSlot, parse_shape

pytestmark = pytest.mark.real


@pytest.fixture
def lab(tmp_path: Path) -> Iterator[ContainerLab]:
    run = new_run_id(datetime.now(UTC))
    with ContainerProvider().lab(parse_shape("1"), kubernetes="v1.34", run=run, folder=tmp_path) as lab:
        yield lab


def test_a_cut_takes_what_was_not_synced_and_leaves_what_was(lab: ContainerLab) -> None:
    machine = lab.machines["master1"]
    machine.power_on()
    machine.channel.put("/root/synced", b"kept")
    machine.channel.run(["dd", "if=/dev/zero", "of=/root/unsynced", "bs=4k", "count=1", "status=none"])
    machine.cut()
    machine.power_on()
    assert machine.channel.get("/root/synced") == b"kept"
    assert machine.channel.run(["stat", "/root/unsynced"]).status != 0


def test_kubelet_finds_and_may_write_the_kernel_settings_that_it_wants_whatever_those_of_the_host_are(
    lab: ContainerLab,
) -> None:
    wanted = {"vm/overcommit_memory": "1", "vm/panic_on_oom": "0", "kernel/panic": "10", "kernel/panic_on_oops": "1"}
    before = {name: Path("/proc/sys", name).read_text() for name in wanted}
    machine = lab.machines["master1"]
    machine.power_on()
    assert {name: machine.channel.get(f"/proc/sys/{name}").decode().strip() for name in wanted} == wanted
    written = machine.channel.run(["sysctl", "--write", *(f"{name.replace('/', '.')}=7" for name in wanted)])
    assert written.status == 0, written.stderr
    assert machine.channel.get("/proc/sys/kernel/panic") == b"7\n"
    assert {name: Path("/proc/sys", name).read_text() for name in wanted} == before


def test_a_machine_that_was_cut_boots_from_its_disk_while_others_still_hold_copies_of_its_mounts(
    lab: ContainerLab,
) -> None:
    machine = lab.machines["master1"]
    machine.power_on()
    # As any container does that starts at this moment on the same host.
    with subprocess.Popen(["unshare", "--mount", "--propagation", "private", "sleep", "2"]):
        time.sleep(0.2)
        machine.cut()
        machine.power_on()
    machine.channel.put("/root/alive", b"yes")
    assert machine.channel.get("/root/alive") == b"yes"


def test_after_the_cut_of_a_disk_every_write_to_it_fails(lab: ContainerLab) -> None:
    machine = lab.machines["master1"]
    machine.power_on()
    machine.channel.run(["systemctl", "start", "var-lib-etcd.mount"])
    device = machine.bays.data[DataDisk.ETCD].device
    assert device is not None
    cut_power(Path(f"/proc/{machine._leader}/root/var/lib/etcd"), device)
    written = machine.channel.run(["dd", "if=/dev/zero", "of=/var/lib/etcd/file", "count=1", "conv=fsync"])
    assert written.status != 0
    assert "Input/output error" in written.stderr


def test_a_data_disk_that_died_is_replaced_while_the_machine_runs_and_the_new_one_outlives_a_reboot(
    lab: ContainerLab,
) -> None:
    machine = lab.machines["master1"]
    machine.power_on()
    machine.channel.run(["systemctl", "enable", "--now", "var-lib-etcd.mount"])
    before = ETCD_DISK.parse(machine.channel.run(ETCD_DISK.argv)).uuid
    assert ETCD_DISK_WRITE.parse(machine.channel.run(ETCD_DISK_WRITE.argv)) == "written"
    machine.kill_disk(DataDisk.ETCD)
    assert ETCD_DISK_WRITE.parse(machine.channel.run(ETCD_DISK_WRITE.argv)) == "Input/output error"
    machine.channel.run(["umount", "/var/lib/etcd"])
    machine.replace_disk(DataDisk.ETCD)
    machine.channel.run(["systemctl", "start", "var-lib-etcd.mount"])
    after = ETCD_DISK.parse(machine.channel.run(ETCD_DISK.argv)).uuid
    assert ETCD_DISK_WRITE.parse(machine.channel.run(ETCD_DISK_WRITE.argv)) == "written"
    machine.channel.run(["sync"])
    machine.cut()
    machine.power_on()
    assert ETCD_DISK.parse(machine.channel.run(ETCD_DISK.argv)).uuid == after != before


def test_a_disk_of_a_machine_that_is_off_cannot_die_in_use(lab: ContainerLab) -> None:
    with pytest.raises(LabError, match="is off"):
        lab.machines["master1"].kill_disk(DataDisk.ETCD)


def test_a_machine_that_is_cut_off_reaches_nobody_and_sees_its_link_as_it_was(tmp_path: Path) -> None:
    run = new_run_id(datetime.now(UTC))
    with ContainerProvider().lab(parse_shape("1+1"), kubernetes="v1.34", run=run, folder=tmp_path) as lab:
        first, second = lab.machines["master1"], lab.machines["worker1"]

        def reached(asker: ContainerMachine, other: ContainerMachine) -> str:
            fact = REACH.to(other.spec.ip)
            return fact.parse(asker.channel.run(fact.argv))

        first.power_on()
        second.power_on()
        link = first.channel.run(["ip", "link", "show", "eth0"]).stdout
        assert reached(first, second) == reached(second, first) == ANSWERED
        first.isolate()
        assert reached(first, second) == reached(second, first) == UNANSWERED
        assert first.channel.run(["ip", "link", "show", "eth0"]).stdout == link
        first.reconnect()
        first.reconnect()
        assert reached(first, second) == reached(second, first) == ANSWERED
        # A lab ends while one of its machines is cut off as well.
        second.isolate()


def test_what_a_machine_says_while_its_power_is_cut_reaches_nobody(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # A sync that runs while ext4 is shut down may be answered with success although nothing was kept: a client
    # must not be told that its write is safe by a machine that is losing it.
    run = new_run_id(datetime.now(UTC))
    heard = []
    with ContainerProvider().lab(parse_shape("1+1"), kubernetes="v1.34", run=run, folder=tmp_path) as lab:
        first, second = lab.machines["master1"], lab.machines["worker1"]
        fact = REACH.to(first.spec.ip)

        def cut_and_listen(folder: Path, device: Path) -> None:
            heard.append(fact.parse(second.channel.run(fact.argv)))
            cut_power(folder, device)

        first.power_on()
        second.power_on()
        assert fact.parse(second.channel.run(fact.argv)) == ANSWERED
        monkeypatch.setattr(container_machine, "cut_power", cut_and_listen)
        first.cut()
        assert set(heard) == {UNANSWERED}
        first.power_on()
        assert fact.parse(second.channel.run(fact.argv)) == ANSWERED


def test_a_power_cut_of_a_file_system_that_is_not_the_disk_is_refused(lab: ContainerLab, tmp_path: Path) -> None:
    machine = lab.machines["master1"]
    machine.power_on()
    device = machine.bays.os[OsSlot.A].device
    assert device is not None
    with pytest.raises(LabError, match="Refusing to cut the power"):
        cut_power(tmp_path, device)


def test_the_two_os_disks_can_be_told_apart(lab: ContainerLab) -> None:
    machine = lab.machines["master1"]
    seen = []
    for slot in (OsSlot.A, OsSlot.B, OsSlot.A):
        machine.choose(slot)
        machine.power_on()
        mount = machine.channel.run(["findmnt", "--noheadings", "--output", "UUID", "--mountpoint", "/"]).stdout
        seen.append((machine.channel.get("/etc/kubedrill/disk.json"), mount))
        machine.power_off()
    assert seen[0] == seen[2]
    assert seen[0][0] != seen[1][0]
    assert seen[0][1] != seen[1][1]


def test_no_machine_may_set_the_hosts_clock_or_its_kernel_settings(lab: ContainerLab) -> None:
    machine = lab.machines["master1"]
    machine.power_on()
    assert machine.channel.run(["date", "--set", "2001-01-01"]).status != 0
    assert machine.channel.run(["sysctl", "-w", "vm.swappiness=7"]).status != 0
    assert machine.channel.run(["sysctl", "-w", "kernel.pid_max=70000"]).status != 0


def test_a_data_disk_that_is_missing_stops_kubelet_instead_of_letting_etcd_start_empty(lab: ContainerLab) -> None:
    machine = lab.machines["master1"]
    machine.power_on()
    machine.channel.run(["systemctl", "enable", "var-lib-etcd.mount"])
    machine.power_off()
    del machine.bays.data[DataDisk.ETCD]
    with pytest.raises(LabError):
        machine.power_on()
    assert machine.channel.run(["systemctl", "is-active", "kubelet.service"]).status != 0


def test_a_control_plane_that_was_cut_has_its_api_back_within_15_seconds(lab: ContainerLab, tmp_path: Path) -> None:
    journal = Journal(tmp_path / "journal.jsonl", HostClock())
    spec = ClusterSpec(kubernetes=lab.kubernetes, endpoint=lab.spec.endpoint)
    cluster = Cluster(spec, lab, journal, traits(Fidelity.CONTAINER))
    cluster.build()
    cluster.master.cut()
    began = time.monotonic()
    cluster.master.power_on()
    cluster.await_state("the API", lambda: bool(cluster.api.list("Node")), timedelta(seconds=60))
    journal.close()
    assert time.monotonic() - began < 15
