"""OS disks and data disks: files in the store, each with an identity of its own."""

from __future__ import annotations

import json
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from harness.clock import Deadline, HostClock, NotYet, wait_for
from harness.images.image import NodeImage
from harness.images.store import Store
from harness.ownership import Kind, Lease
from harness.providers.local.loop import attach, detach
from harness.shell import capture, run
from harness.spec import DiskSpec, NodeSpec, OsSlot

#: The node image has a boot loader in its first mebibyte and one partition behind it.
PARTITION_OFFSET = 1024 * 1024
_LETTING_GO, _LOOK = timedelta(seconds=10), timedelta(milliseconds=20)


@dataclass(slots=True)
class BlockDisk:
    """A disk: a file, and the block device that it is while its machine has power."""

    file: Path
    offset: int = 0
    device: Path | None = None
    serial: str = ""

    def plug(self, lease: Lease) -> Path:
        """Make it a block device."""
        if self.device is None:
            self.device = attach(lease, self.file, offset=self.offset)
        return self.device

    def unplug(self, lease: Lease) -> None:
        """Make it a file again."""
        if self.device is not None:
            detach(lease, self.file, self.device)
            self.device = None


def make_os_disk(
    store: Store,
    image: NodeImage,
    node: NodeSpec,
    slot: OsSlot,
    folder: Path,
    lease: Lease,
    *,
    files: Mapping[str, str] | None = None,
    systemd_cgroups: bool = False,
) -> BlockDisk:
    """A clone of the node image that can be told from every other: file system UUID, serial and slot marker."""
    serial = uuid.uuid4().hex[:12]
    disk = BlockDisk(folder / f"os-{slot}-{serial}.img", PARTITION_OFFSET, serial=serial)
    store.clone(image, disk.file)
    device = disk.plug(lease)
    written = {
        "etc/hostname": f"{node.called}\n",
        "etc/hosts": f"127.0.0.1 localhost\n::1 localhost\n{node.ip} {node.called}\n",
        "etc/kubedrill/disk.json": json.dumps({"slot": slot.value, "serial": serial}) + "\n",
        **(files or {}),
    }
    try:
        run(["tune2fs", "-U", str(uuid.uuid4()), str(device)])
        _personalise(device, folder / "identity", written, lease, systemd_cgroups=systemd_cgroups)
    finally:
        disk.unplug(lease)
    return disk


def make_data_disk(store: Store, spec: DiskSpec, folder: Path) -> BlockDisk:
    """A data disk with an empty file system."""
    serial = uuid.uuid4().hex[:12]
    disk = BlockDisk(folder / f"{spec.name}-{serial}.img")
    store.blank(disk.file, size_mib=spec.size_mib, label=spec.name.value, uuid=str(uuid.uuid4()))
    return disk


def mount(lease: Lease, device: Path, folder: Path) -> None:
    """Mount an ext4 device; the lease knows of it beforehand."""
    folder.mkdir(parents=True, exist_ok=True)
    lease.claim(Kind.MOUNT, str(folder))
    run(["mount", "-t", "ext4", str(device), str(folder)])


def unmount(lease: Lease, folder: Path) -> None:
    """Take the mount away again, as soon as nothing of it is open.

    A program that another thread starts while a file is written here has that file as well, until it is itself.
    """

    def gone() -> bool | NotYet:
        tried = capture(["umount", str(folder)])
        return True if tried.status == 0 else NotYet(tried.error_text.strip())

    wait_for(f"'{folder}' to be unmounted", gone, Deadline.after(_LETTING_GO, HostClock()), every=_LOOK)
    lease.release(Kind.MOUNT, str(folder))


def _personalise(device: Path, folder: Path, files: Mapping[str, str], lease: Lease, *, systemd_cgroups: bool) -> None:
    mount(lease, device, folder)
    try:
        for name, content in files.items():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            (folder / name).write_text(content)
        if systemd_cgroups:
            containerd = folder / "etc/containerd/config.toml"
            containerd.write_text(containerd.read_text().replace("SystemdCgroup = false", "SystemdCgroup = true"))
    finally:
        unmount(lease, folder)
