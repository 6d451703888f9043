"""The two bootable disks of any machine: the node image with slot `a` or `b`, which learns at its boot whose it is."""

from __future__ import annotations

import json
import uuid
from collections.abc import Iterator, Mapping
from datetime import timedelta
from pathlib import Path

from harness.images.disk import OFFSET
from harness.images.image import NodeImage
from harness.shell import run
from harness.spec import OsSlot

_FIRST_BOOT = Path(__file__).parent / "first_boot"
_LIMIT = timedelta(minutes=10)
_CONSOLE = "[Service]\nExecStart=\nExecStart=-/sbin/agetty --autologin root --keep-baud 115200,57600,9600 - $TERM\n"


def recipe() -> Iterator[str]:
    """All texts that go into such a disk, whatever the image."""
    return (path.read_text() for path in sorted(_FIRST_BOOT.iterdir()))


def make_disk_of(slot: OsSlot, image: NodeImage, files: Mapping[str, str], disk: Path, work: Path) -> None:
    """A raw copy of the node image that is the disk of a slot; nothing is mounted, and no root is needed."""
    run(["cp", "--sparse=always", "--reflink=auto", str(image.path), str(disk)], timeout=_LIMIT)
    disk.chmod(0o600)
    partition = f"{disk}?offset={OFFSET}"
    run(["tune2fs", "-U", str(uuid.uuid5(uuid.NAMESPACE_OID, f"{image.digest} {slot}")), partition])
    script = work / f"{slot}.debugfs"
    config = work / f"{slot}.config.toml"
    config.write_bytes(run(["debugfs", "-R", "cat /etc/containerd/config.toml", partition]).stdout)
    config.write_text(config.read_text().replace("SystemdCgroup = false", "SystemdCgroup = true"))
    lines = [*edits(slot, files, work), "rm /etc/containerd/config.toml"]
    script.write_text("\n".join([*lines, f"write {config} /etc/containerd/config.toml"]) + "\n")
    run(["debugfs", "-w", "-f", str(script), partition], timeout=_LIMIT)


def edits(slot: OsSlot, files: Mapping[str, str], folder: Path) -> list[str]:
    """The lines by which debugfs makes such a disk from the node image; contents lie in the folder."""
    contents = {
        "etc/kubedrill/disk.json": json.dumps({"slot": slot.value, "serial": "box"}) + "\n",
        "etc/kubedrill/fresh": "",
        "etc/systemd/system/serial-getty@ttyS0.service.d/kubedrill.conf": _CONSOLE,
        "usr/local/sbin/kubedrill-identity": (_FIRST_BOOT / "identity.sh").read_text(),
        "usr/local/sbin/kubedrill-fresh": (_FIRST_BOOT / "fresh.sh").read_text(),
        "etc/systemd/system/kubedrill-identity.service": (_FIRST_BOOT / "identity.service").read_text(),
        "etc/systemd/system/kubedrill-fresh.service": (_FIRST_BOOT / "fresh.service").read_text(),
        **files,
    }
    links = {
        "etc/systemd/system/sysinit.target.wants/kubedrill-identity.service": "../kubedrill-identity.service",
        "etc/systemd/system/multi-user.target.wants/kubedrill-fresh.service": "../kubedrill-fresh.service",
    }
    parents = {parent for path in (*contents, *links) for parent in Path(path).parents if parent.parts}
    lines = [f"mkdir /{parent}" for parent in sorted(parents)]
    for number, (path, content) in enumerate(contents.items()):
        source = folder / f"{slot}-{number}"
        source.write_text(content)
        source.chmod(0o600 if ".ssh" in path else 0o644)
        lines += [f"rm /{path}", f"write {source} /{path}"]
    lines += [line for path, target in links.items() for line in (f"rm /{path}", f"symlink /{path} {target}")]
    return [*lines, "set_inode_field /root/.ssh mode 040700"]
