"""Machines that Vagrant makes: one that boots both its OS disks, beside a machine that is not ours."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from harness.ownership import audit, new_run_id
from harness.providers.vagrant.machine import VagrantMachine
from harness.providers.vagrant.provider import VagrantProvider
from harness.shell import capture, run
from harness.spec import OsSlot, parse_shape

pytestmark = pytest.mark.real

_VIRSH = ("virsh", "--quiet", "--connect", "qemu:///system")
_FOREIGN = "somebody-elses-machine"
_DESCRIPTION = f"""<domain type='qemu'><name>{_FOREIGN}</name><memory unit='MiB'>64</memory>
<os><type arch='x86_64' machine='q35'>hvm</type></os><features><acpi/></features></domain>"""


@pytest.fixture
def foreign(tmp_path: Path) -> Iterator[str]:
    """A machine of somebody else, which is off."""
    (tmp_path / "foreign.xml").write_text(_DESCRIPTION)
    run([*_VIRSH, "define", str(tmp_path / "foreign.xml")])
    yield _FOREIGN
    capture([*_VIRSH, "undefine", _FOREIGN])


def disk(machine: VagrantMachine) -> tuple[str, str, str]:
    """Slot and serial of the OS disk that runs, and the UUID of its file system."""
    told = json.loads(machine.channel.get("/etc/kubedrill/disk.json"))
    root = machine.channel.run(["findmnt", "--noheadings", "--output", "UUID", "/"])
    return told["slot"], told["serial"], root.stdout.strip()


def test_a_machine_boots_the_disk_that_was_chosen_and_leaves_nothing(tmp_path: Path, foreign: str) -> None:
    name = new_run_id(datetime.now(UTC))
    with VagrantProvider().lab(parse_shape("1"), kubernetes="v1.34", run=name, folder=tmp_path) as lab:
        machine = lab.machines["master1"]
        machine.power_on()
        first = disk(machine)
        assert machine.channel.run(["hostname"]).stdout.strip() == "master1"
        assert "10.77.0.11/24" in machine.channel.run(["ip", "-oneline", "address", "show", "eth0"]).stdout
        for name in ("etcd", "volumes"):
            probe = ["blkid", "--probe", "--output", "value", "--match-tag", "LABEL", f"/dev/disk/kubedrill/{name}"]
            assert machine.channel.run(probe).stdout.strip() == name
        reach = "import socket; socket.create_connection(('10.77.0.11', 22), 20)"
        run(["ip", "netns", "exec", lab.name, sys.executable, "-c", reach])
        machine.cut()
        machine.choose(OsSlot.B)
        machine.power_on()
        second = disk(machine)
        assert (first[0], second[0]) == ("a", "b")
        assert not set(first) & set(second)
        assert machine.channel.run(["hostname"]).stdout.strip() == "master1"
        machine.power_off()
        assert not machine.is_on
    assert audit(name) == ()
    assert foreign in run([*_VIRSH, "list", "--all", "--name"]).text.split()
