"""Virtual machines: power, disks, networks, and who owns them."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from datetime import UTC, datetime
from pathlib import Path
from xml.etree.ElementTree import Element, SubElement, tostring

import libvirt
import pytest

from harness.ownership import new_run_id
from harness.providers.libvirt.connection import connected
from harness.providers.libvirt.provider import LibvirtLab, LibvirtProvider
from harness.spec import DataDisk, OsSlot, parse_shape
from tests.real.running import await_phase, kubedrill, left_on_host, report, run_ids, started

pytestmark = pytest.mark.real
FOREIGN = "somebody-elses"
#: An emulated cluster is up after 4 minutes where nothing else is going on.
_EMULATED_CLUSTER_SECONDS = 900


@pytest.fixture
def foreign() -> Iterator[list[str]]:
    """A machine and a network that are not ours, as they are now."""
    network = Element("network")
    SubElement(network, "name").text = FOREIGN
    SubElement(network, "bridge", name="virforeign")
    domain = Element("domain", type="qemu")
    SubElement(domain, "name").text = FOREIGN
    SubElement(domain, "memory", unit="MiB").text = "64"
    SubElement(SubElement(domain, "os"), "type", arch="x86_64").text = "hvm"
    # Without it libvirt 9 gives QEMU a word that QEMU 10 does not know any more.
    SubElement(SubElement(domain, "features"), "acpi")
    with ExitStack() as made:
        connection = made.enter_context(connected())
        net = connection.networkCreateXML(tostring(network, encoding="unicode"))
        made.callback(net.destroy)
        machine = connection.createXML(tostring(domain, encoding="unicode"))
        made.callback(machine.destroy)
        yield [FOREIGN]
        assert machine.isActive()
        assert net.isActive()


def known_to_libvirt() -> list[str]:
    with connected() as connection:
        domains: list[libvirt.virDomain] = connection.listAllDomains()
        networks: list[libvirt.virNetwork] = connection.listAllNetworks()
        return sorted(one.name() for one in (*domains, *networks) if one.name().startswith("kd-"))


def lab(stack: ExitStack, folder: Path) -> LibvirtLab:
    folder.mkdir()
    run = new_run_id(datetime.now(UTC))
    return stack.enter_context(LibvirtProvider().lab(parse_shape("1"), kubernetes="v1.34", run=run, folder=folder))


def test_labs_with_equal_addresses_run_at_once_and_boot_from_the_disk_that_is_chosen(
    tmp_path: Path, foreign: list[str]
) -> None:
    with ExitStack() as stack:
        machines = [lab(stack, tmp_path / name).machines["master1"] for name in ("one", "two")]
        with ThreadPoolExecutor() as threads:
            list(threads.map(lambda machine: machine.power_on(), machines))
        for number, machine in enumerate(machines):
            machine.channel.put("/root/lab", b"%d" % number * 200_000, 0o600)
            assert f"{machine.spec.ip}/24" in machine.channel.run(["ip", "-4", "address", "show", "eth0"]).stdout
        assert [machine.channel.get("/root/lab")[:1] for machine in machines] == [b"0", b"1"]
        first = machines[0]
        before = first.channel.get("/etc/kubedrill/disk.json")
        first.cut()
        first.choose(OsSlot.B)
        first.power_on()
        assert first.channel.get("/etc/kubedrill/disk.json") != before
        assert b'"b"' in first.channel.get("/etc/kubedrill/disk.json")
        first.power_off()
    assert known_to_libvirt() == []
    assert foreign == [FOREIGN]


def test_a_data_disk_that_dies_fails_whoever_writes_and_a_fresh_one_takes_its_place(tmp_path: Path) -> None:
    with ExitStack() as stack:
        machine = lab(stack, tmp_path / "lab").machines["master1"]
        machine.power_on()
        mounted = DataDisk.ETCD.mount_point
        assert machine.channel.run(["systemctl", "start", DataDisk.ETCD.unit]).status == 0
        machine.channel.put(f"{mounted}/kept", b"before", 0o600)
        written = ["dd", "if=/dev/zero", f"of={mounted}/written", "bs=4096", "count=1", "conv=fsync"]
        assert machine.channel.run(written).status == 0
        machine.kill_disk(DataDisk.ETCD)
        refused = machine.channel.run(written)
        assert refused.status != 0
        assert any(word in refused.stderr for word in ("Input/output error", "Read-only file system"))
        assert machine.channel.run(["umount", mounted]).status == 0
        machine.replace_disk(DataDisk.ETCD)
        assert machine.channel.run(["systemctl", "start", DataDisk.ETCD.unit]).status == 0
        assert machine.channel.run(written).status == 0
        assert machine.channel.run(["test", "-e", f"{mounted}/kept"]).status != 0
        machine.cut()
        machine.power_on()
        assert machine.channel.run(["systemctl", "start", DataDisk.ETCD.unit]).status == 0
        assert machine.channel.run(["test", "-e", f"{mounted}/written"]).status == 0


@pytest.mark.usefixtures("foreign")
def test_a_killed_run_leaves_nothing_after_a_reap_and_others_keep_what_is_theirs(tmp_path: Path) -> None:
    for phase in ("lab", "cluster", "fault", "recovery"):
        reports = tmp_path / phase
        with started("run", "os-disk-swap", "--provider", "libvirt", "--reports", str(reports)) as doomed:
            await_phase(reports, "os-disk-swap", phase, doomed, _EMULATED_CLUSTER_SECONDS)
            doomed.kill()
            doomed.wait(60)
        runs = run_ids(reports)
        assert runs, phase
        assert kubedrill("reap").returncode == 0
        assert left_on_host(runs) == [], phase
        assert not any(run in name for name in known_to_libvirt() for run in runs), phase
        assert not any(f"guest=kd-{run}" in line for line in _processes() for run in runs), phase


def test_the_drill_passes_on_virtual_machines(tmp_path: Path) -> None:
    done = kubedrill("run", "os-disk-swap", "--provider", "libvirt", "--reports", str(tmp_path))
    assert done.returncode == 0, done.stdout + done.stderr
    told = report(tmp_path, "os-disk-swap")
    assert (told["verdict"], told["provider"]) == ("passed", "libvirt")
    assert told["fidelity"] in ("vm-kvm", "vm-emulated")
    assert known_to_libvirt() == []


def _processes() -> list[str]:
    return subprocess.run(["ps", "-eo", "args"], capture_output=True, text=True, check=True).stdout.splitlines()
