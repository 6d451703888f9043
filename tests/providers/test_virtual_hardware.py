"""What a virtual machine is made of, before libvirt is asked."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from xml.etree.ElementTree import Element, fromstring

import pytest

from harness.images.recipe import recipe_root
from harness.providers.libvirt import acceleration
from harness.providers.libvirt.acceleration import Acceleration, proven_acceleration, smoke_sector
from harness.providers.libvirt.domain import METADATA, Hardware
from harness.providers.libvirt.guest import guest_files
from harness.providers.libvirt.tuning import tuning
from harness.shell import Completed
from harness.spec import DataDisk, OsSlot, parse_shape

LAB = parse_shape("1")
EMULATED = Acceleration(kvm=False, reason="no guest runs", qemu="7.2.22")
HARDWARE = Hardware(
    name="kd-20261121-093012-4f2a-ab12-master1",
    run="20261121-093012-4f2a",
    node=LAB.nodes[0],
    network="kd-20261121-093012-4f2a-ab12",
    console=Path("/reports/console-master1.log"),
    os_disks={OsSlot.A: (Path("/store/a.img"), "aaaa"), OsSlot.B: (Path("/store/b.img"), "bbbb")},
    data_disks={DataDisk.ETCD: Path("/store/etcd.img"), DataDisk.VOLUMES: Path("/store/volumes.img")},
    slot=OsSlot.A,
    acceleration=EMULATED,
)


def domain(hardware: Hardware = HARDWARE) -> Element:
    return fromstring(hardware.to_xml())


@pytest.mark.parametrize(("slot", "file"), [(OsSlot.A, "/store/a.img"), (OsSlot.B, "/store/b.img")])
def test_only_the_chosen_os_disk_can_boot(slot: OsSlot, file: str) -> None:
    ordered = [disk for disk in domain(replace(HARDWARE, slot=slot)).iter("disk") if disk.find("boot") is not None]
    assert [disk.find("source").get("file") for disk in ordered] == [file]


def test_disks_are_known_by_their_serials() -> None:
    assert [disk.findtext("serial") for disk in domain().iter("disk")] == ["aaaa", "bbbb", "etcd", "volumes"]


def test_a_machine_is_the_same_one_at_each_boot_and_no_other() -> None:
    swapped = replace(HARDWARE, slot=OsSlot.B)
    other = replace(HARDWARE, name=HARDWARE.name.replace("ab12", "cd34"))
    assert domain().findtext("uuid") == domain(swapped).findtext("uuid") != domain(other).findtext("uuid")


def test_a_machine_carries_its_run() -> None:
    assert domain().findtext(f"metadata/{{{METADATA}}}run") == HARDWARE.run


def test_a_machine_hangs_on_its_lab_s_network_alone() -> None:
    [interface] = domain().iter("interface")
    assert (interface.get("type"), interface.find("source").get("network")) == ("network", HARDWARE.network)
    assert interface.find("mac").get("address") == LAB.nodes[0].mac


@pytest.mark.parametrize(
    ("qemu", "kvm", "kind", "mode", "without"),
    [
        ("7.2.22", False, "qemu", "custom", ["cx16"]),
        ("10.0.2", False, "qemu", "custom", []),
        ("7.2.22", True, "kvm", "host-passthrough", []),
    ],
)
def test_a_processor_is_one_that_guests_survive(qemu: str, kvm: bool, kind: str, mode: str, without: list[str]) -> None:
    found = domain(replace(HARDWARE, acceleration=Acceleration(kvm=kvm, reason="", qemu=qemu)))
    cpu = found.find("cpu")
    assert (found.get("type"), cpu.get("mode")) == (kind, mode)
    assert [one.get("name") for one in cpu.iter("feature") if one.get("policy") == "disable"] == without


def test_a_guest_knows_its_address_and_its_interface_s_name() -> None:
    files = guest_files(LAB, LAB.nodes[0])
    assert "Name=eth0" in files["etc/systemd/network/10-kubedrill.link"]
    assert f"Address={LAB.nodes[0].ip}/24" in files["etc/systemd/network/10-kubedrill.network"]


def test_only_an_emulated_guest_is_tuned_and_grub_can_read_what_it_is_told() -> None:
    assert tuning(Acceleration(kvm=True, reason="", qemu="10.0.2")) == {}
    files = tuning(Acceleration(kvm=False, reason="", qemu="10.0.2"))
    # Where the image has a file of the same name, which GRUB reads before it starts the kernel.
    assert files["boot/kubedrill.cfg"].startswith("set arguments='")
    # GRUB hands over what it finds there as one quoted argument, of which the kernel sees the first word.
    assert " " not in files["boot/kubedrill.cfg"].split("=", 1)[1].strip()
    assert (recipe_root() / "node/files/boot/kubedrill.cfg").is_file()
    assert "DefaultEnvironment=GOGC=400" in files["etc/systemd/system.conf.d/kubedrill.conf"]


def test_the_smoke_guest_is_one_bootable_sector() -> None:
    sector = smoke_sector()
    assert len(sector) == 512
    assert sector.endswith(b"\x55\xaa")


def _qemu(status: int, out: bytes, err: bytes = b"") -> Completed:
    return Completed(argv=("qemu",), status=status, stdout=out, stderr=err, seconds=0.1)


@pytest.mark.parametrize(
    ("ended", "kvm", "reason"),
    [
        (_qemu(0x21, b"alive"), True, "a guest ran"),
        (_qemu(0x21, b""), False, "status 33"),
        (_qemu(0, b"alive"), False, "status 0"),
        (_qemu(1, b"", b"failed to set MSR 0x10a\nmore"), False, "failed to set MSR 0x10a"),
    ],
)
def test_only_a_guest_that_speaks_and_ends_as_told_proves_kvm(
    ended: Completed, kvm: bool, reason: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(acceleration, "Path", _path_with_kvm)
    monkeypatch.setattr(acceleration, "capture", lambda *_args, **_more: ended)
    found = acceleration.smoke_boot("7.2.22")
    assert found.kvm is kvm
    assert reason in found.reason


def test_a_host_is_tried_once_and_anew_after_a_change(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    tried: list[str] = []

    def smoke(qemu: str) -> Acceleration:
        tried.append(qemu)
        return Acceleration(kvm=True, reason="a guest ran", qemu=qemu)

    monkeypatch.setattr(acceleration, "smoke_boot", smoke)
    for version in ("7.2.22", "7.2.22", "10.0.2"):
        monkeypatch.setattr(acceleration, "qemu_version", lambda version=version: version)
        assert proven_acceleration(tmp_path).kvm
    assert tried == ["7.2.22", "10.0.2"]
    (tmp_path / "acceleration.json").write_text(json.dumps(["damaged"]))
    assert proven_acceleration(tmp_path).kvm
    assert len(tried) == 3


def _path_with_kvm(*parts: str) -> Path:
    return Path("/dev/null") if parts == ("/dev/kvm",) else Path(*parts)
