"""The node image as a Vagrant box: two bootable disks, of which the second one holds only what differs."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from harness.images.cache import require_space
from harness.images.image import NodeImage
from harness.images.lock import exclusive
from harness.images.progress import Progress, Silent
from harness.images.recipe import digest_of
from harness.images.stage import scratch
from harness.ownership import cache_root
from harness.providers.libvirt.pair import make_disk_of, recipe
from harness.shell import run
from harness.spec import OsSlot

VERSION = "1.0.0"
#: Raised by hand whenever this file makes another box of the same node image.
_REVISION = 1
_LIMIT = timedelta(minutes=10)
_DISK_A, _DISK_B = "box.img", "box-b.img"
_VAGRANTFILE = """\
Vagrant.configure("2") do |config|
  config.ssh.username = "root"
  config.ssh.insert_key = false
  config.ssh.sudo_command = "%c"
  config.vm.synced_folder ".", "/vagrant", disabled: true
end
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Box:
    """A box in the cache."""

    name: str
    folder: Path

    @property
    def catalog(self) -> Path:
        """What tells Vagrant the box's name and version."""
        return self.folder / "box.json"

    @property
    def archive(self) -> Path:
        """The box itself."""
        return self.folder / "kubedrill.box"


def box_of(image: NodeImage, files: Mapping[str, str]) -> Box:
    """The box of a node image and what this host adds to it, whether it is there or not."""
    digest = digest_of(str(_REVISION), image.digest, json.dumps(files, sort_keys=True), _VAGRANTFILE, *recipe())
    return Box(name=f"kubedrill-{digest[:12]}", folder=cache_root() / "boxes" / digest)


def ensure_box(image: NodeImage, files: Mapping[str, str], progress: Progress | None = None) -> Box:
    """The box of a node image: from the cache, or made now."""
    box, listener = box_of(image, files), progress or Silent()
    if not box.folder.is_dir():
        # Builders of images clear the folder of all that is half made, so there is one lock for both.
        with exclusive("builder", f"makes the box of Kubernetes {image.kubernetes}", listener):
            if not box.folder.is_dir():
                _make(box, image, files, listener)
    return box


def metadata(image: NodeImage) -> dict[str, object]:
    """What vagrant-libvirt reads first."""
    return {
        "provider": "libvirt",
        "format": "qcow2",
        "virtual_size": -(-image.size_mib // 1024),
        "disks": [{"path": _DISK_A, "name": "a"}, {"path": _DISK_B, "name": "b"}],
    }


def catalog(box: Box) -> dict[str, object]:
    """A box with a version has volumes of known names."""
    provider = {"name": "libvirt", "url": f"file://{box.archive}"}
    return {"name": box.name, "versions": [{"version": VERSION, "providers": [provider]}]}


def volume_name(box: Box, slot: OsSlot) -> str:
    """What vagrant-libvirt calls a disk of the box in a pool."""
    return f"{box.name}_vagrant_box_image_{VERSION}_{slot}.img"


def _make(box: Box, image: NodeImage, files: Mapping[str, str], progress: Progress) -> None:
    # Two raw copies, the disk made of them, and the archive: each takes what the image does.
    require_space(cache_root(), 4 * image.used_mib, f"making the box of Kubernetes {image.kubernetes}")
    with scratch("box") as work:
        raw = {slot: work / f"{slot}.raw" for slot in OsSlot}
        for slot, disk in raw.items():
            progress.step(f"Disk {slot}")
            make_disk_of(slot, image, files, disk, work)
        progress.step("Box")
        made = work / "made"
        made.mkdir()
        (work / "metadata.json").write_text(json.dumps(metadata(image), indent=2) + "\n")
        (work / "Vagrantfile").write_text(_VAGRANTFILE)
        _convert(raw, box, work)
        names = ("metadata.json", "Vagrantfile", _DISK_A, _DISK_B)
        run(["tar", "-C", str(work), "-cf", str(made / box.archive.name), *names], timeout=_LIMIT)
        (made / box.catalog.name).write_text(json.dumps(catalog(box), indent=2) + "\n")
        box.folder.parent.mkdir(exist_ok=True)
        made.rename(box.folder)


def _convert(raw: Mapping[OsSlot, Path], box: Box, work: Path) -> None:
    first, second = str(work / _DISK_A), str(work / _DISK_B)
    run(["qemu-img", "convert", "-f", "raw", "-O", "qcow2", str(raw[OsSlot.A]), first], timeout=_LIMIT)
    run(["qemu-img", "create", "-q", "-f", "qcow2", "-F", "raw", "-b", str(raw[OsSlot.B]), second])
    rebase = ["qemu-img", "rebase", "-f", "qcow2", "-F", "qcow2"]
    # This compares the two, and copies what differs.
    run([*rebase, "-b", first, second], timeout=_LIMIT)
    # In the pool the first disk lies beside the second under another name.
    run([*rebase, "-u", "-b", volume_name(box, OsSlot.A), second])
    for path in raw.values():
        path.unlink()
