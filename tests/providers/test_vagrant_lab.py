"""What Vagrant is told, before anything is made."""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime
from pathlib import Path
from xml.etree.ElementTree import Element, fromstring

import pytest

from harness.errors import LabError, explain
from harness.images.image import NodeImage
from harness.ownership import new_run_id, open_lease
from harness.providers.libvirt.acceleration import Acceleration
from harness.providers.libvirt.pair import edits
from harness.providers.vagrant import box as boxes
from harness.providers.vagrant.boot_order import booting_from
from harness.providers.vagrant.box import box_of, catalog, metadata, volume_name
from harness.providers.vagrant.plan import Plan
from harness.providers.vagrant.turn import only_lab
from harness.spec import LabSpec, OsSlot, parse_shape

NAME = "kd-20261121-093012-4f2a-ab12"
PROJECT = Path(__file__).resolve().parents[2]
IMAGE = NodeImage(
    digest="ab" * 32,
    path=Path("/cache/images/disk.img"),
    kubernetes="v1.34.4",
    source="modules",
    size_mib=6144,
    used_mib=1800,
    built=datetime(2026, 11, 21, tzinfo=UTC),
    container_images=(),
)
KEY = {"root/.ssh/authorized_keys": "ssh-ed25519 AAAA kubedrill\n"}
DOMAIN = """<domain type='qemu'><name>x</name><os><type>hvm</type><boot dev='hd'/></os><devices>
<disk device='disk'><alias name='ua-box-volume-0'/></disk>
<disk device='disk'><alias name='ua-box-volume-1'/></disk>
<disk device='disk'><alias name='ua-disk-volume-0'/><serial>etcd</serial></disk>
<serial type='file'><source path='/reports/console.log'/></serial>
<console type='file'><source path='/reports/console.log'/></console>
</devices></domain>"""


@pytest.fixture(autouse=True)
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty cache."""
    monkeypatch.setenv("KUBEDRILL_CACHE", str(tmp_path / "cache"))
    return tmp_path / "cache"


def plan(spec: LabSpec | None = None, *, kvm: bool = False) -> Plan:
    return Plan(
        spec=spec or parse_shape("1+1"),
        box=box_of(IMAGE, KEY),
        private_key=Path("/cache/vagrant/key"),
        acceleration=Acceleration(kvm=kvm, reason="", qemu="7.2.22"),
        name=NAME,
        pool=NAME,
        description="a run",
        consoles=Path("/reports"),
    )


def test_all_that_vagrant_makes_carries_the_lab_s_name() -> None:
    told = plan().document()
    libvirt = told["libvirt"]
    assert told["network"] == libvirt["pool"] == NAME
    assert libvirt["prefix"] == f"{NAME}-"
    assert libvirt["management"]["name"].startswith(f"{NAME}-")
    assert plan().domain(plan().spec.nodes[0]) == f"{NAME}-master1"


def test_machines_have_the_addresses_and_data_disks_of_the_spec() -> None:
    told = {machine["name"]: machine for machine in json.loads(json.dumps(plan().document()))["machines"]}
    for node in plan().spec.nodes:
        machine = told[node.name]
        assert (machine["mac"], machine["ip"]) == (node.mac, str(node.ip))
        assert [disk["name"] for disk in machine["data_disks"]] == [disk.name.value for disk in node.data_disks]
        assert machine["files"]["etc/hostname"] == f"{node.name}\n"
        assert f"Address={node.ip}/24" in machine["files"]["etc/systemd/network/10-kubedrill.network"]
    assert [name for name, machine in told.items() if not machine["autostart"]] == ["spare1"]


@pytest.mark.parametrize(
    ("kvm", "driver", "mode", "without"),
    [(False, "qemu", "custom", ["cx16"]), (True, "kvm", "host-passthrough", [])],
)
def test_the_processor_is_the_one_that_was_proven(kvm: bool, driver: str, mode: str, without: list[str]) -> None:
    libvirt = plan(kvm=kvm).document()["libvirt"]
    assert (libvirt["driver"], libvirt["cpu"]["mode"], libvirt["cpu"]["without"]) == (driver, mode, without)


def test_the_vagrantfile_holds_no_numbers_and_no_address() -> None:
    lines = (PROJECT / "Vagrantfile").read_text().splitlines()
    # What remains are the format's own names: Vagrant's version 2, base64's m0, qcow2.
    code = [re.sub(r'"2"|"m0"|qcow2|`[^`]*`', "", line) for line in lines]
    assert [line for line in code if re.search(r"\d", line) and not line.lstrip().startswith("#")] == []


def test_every_key_that_the_vagrantfile_reads_is_written() -> None:
    written = json.dumps(plan().document())
    read = set(re.findall(r'(?:\["|fetch\(")([a-z_]+)"', (PROJECT / "Vagrantfile").read_text()))
    assert {key for key in read if f'"{key}"' not in written} == set()


def test_a_box_has_two_bootable_disks_of_known_names() -> None:
    box = box_of(IMAGE, KEY)
    told = metadata(IMAGE)
    assert (told["provider"], told["format"], told["virtual_size"]) == ("libvirt", "qcow2", 6)
    assert [disk["name"] for disk in told["disks"]] == [slot.value for slot in OsSlot]
    [version] = catalog(box)["versions"]
    assert volume_name(box, OsSlot.A) == f"{box.name}_vagrant_box_image_{version['version']}_a.img"


def test_a_box_belongs_to_its_image_its_key_and_what_is_put_into_it(monkeypatch: pytest.MonkeyPatch) -> None:
    names = {box_of(IMAGE, KEY).name, box_of(IMAGE, {**KEY, "boot/kubedrill.cfg": ""}).name}
    monkeypatch.setattr(boxes, "_REVISION", 99)
    assert len(names | {box_of(IMAGE, KEY).name}) == 3


def test_a_disk_of_a_box_knows_its_slot_and_opens_to_the_public_half_of_the_key(tmp_path: Path) -> None:
    lines = edits(OsSlot.B, KEY, tmp_path)
    written = {line.split()[2]: Path(line.split()[1]).read_text() for line in lines if line.startswith("write")}
    assert json.loads(written["/etc/kubedrill/disk.json"])["slot"] == "b"
    assert written["/root/.ssh/authorized_keys"].startswith("ssh-ed25519")
    assert lines.index("mkdir /root/.ssh") < next(n for n, line in enumerate(lines) if "authorized_keys" in line)


def _disks(description: str) -> list[Element]:
    return list(fromstring(description).iter("disk"))


def test_only_the_chosen_os_disk_can_boot_both_ways() -> None:
    description = DOMAIN
    for slot, place in ((OsSlot.B, 1), (OsSlot.A, 0), (OsSlot.B, 1)):
        description = booting_from(description, slot)
        assert [n for n, disk in enumerate(_disks(description)) if disk.find("boot") is not None] == [place]
    assert fromstring(description).find("os/boot") is None


def test_the_console_of_a_later_boot_goes_on_in_the_same_log() -> None:
    sources = fromstring(booting_from(DOMAIN, OsSlot.A)).iterfind("devices/*/source")
    assert [source.get("append") for source in sources] == ["on", "on"]


def test_a_machine_without_the_second_disk_is_refused() -> None:
    with pytest.raises(LabError, match="has no OS disk 'b'"):
        booting_from(DOMAIN.replace("ua-box-volume-1", "other"), OsSlot.B)


def test_a_second_lab_is_refused_and_told_who_has_the_first() -> None:
    run = new_run_id(datetime.now(UTC))
    with open_lease(run) as lease:
        with only_lab(lease):
            with pytest.raises(LabError) as refused, only_lab(lease):
                pass
            assert run in explain(refused.value)
        with only_lab(lease):
            pass
