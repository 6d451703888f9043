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
from harness.spec import OsSlot, parse_shape
from tests.real.running import await_phase, kubedrill, left_on_host, report, run_ids, started

pytestmark = pytest.mark.real
FOREIGN = "somebody-elses"


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


@pytest.mark.usefixtures("foreign")
def test_a_killed_run_leaves_nothing_after_a_reap_and_others_keep_what_is_theirs(tmp_path: Path) -> None:
    for phase in ("lab", "cluster"):
        reports = tmp_path / phase
        with started("run", "os-disk-swap", "--provider", "libvirt", "--reports", str(reports)) as doomed:
            await_phase(reports, "os-disk-swap", phase, doomed)
            doomed.kill()
            doomed.wait(60)
        assert kubedrill("reap").returncode == 0
        assert left_on_host(run_ids(reports)) == [], phase
        assert known_to_libvirt() == []
        assert not any("guest=kd-" in line for line in _processes())


def test_the_drill_passes_on_virtual_machines(tmp_path: Path) -> None:
    done = kubedrill("run", "os-disk-swap", "--provider", "libvirt", "--reports", str(tmp_path))
    assert done.returncode == 0, done.stdout + done.stderr
    told = report(tmp_path, "os-disk-swap")
    assert (told["verdict"], told["provider"]) == ("passed", "libvirt")
    assert told["fidelity"] in ("vm-kvm", "vm-emulated")
    assert known_to_libvirt() == []


def _processes() -> list[str]:
    return subprocess.run(["ps", "-eo", "args"], capture_output=True, text=True, check=True).stdout.splitlines()
