"""Disks as labs use them, tried on tiny ones."""

from __future__ import annotations

import contextlib
import fcntl
import os
from collections.abc import Iterator
from pathlib import Path

from harness.ownership import Kind, Lease
from harness.shell import run

_MIB = 1024**2
_FICLONE = 0x40049409
#: mkfs.xfs refuses less.
_SMALLEST_XFS_MIB = 320


def loop_mount(lease: Lease, folder: Path) -> str:
    """A file becomes a block device, and its file system is mounted."""
    with _mounted(lease, folder, "ext4", 16, ("mkfs.ext4", "-q")) as mount:
        _write(mount / "probe", b"kubedrill")
        device = Path("/proc/self/mountinfo").read_text()
        if str(mount) not in device:
            raise OSError(f"The mount at '{mount}' is not to be seen in this mount namespace")
    return "made, mounted, written to and unmounted"


def reflink(lease: Lease, folder: Path) -> str:
    """A file is cloned without copying its blocks."""
    with _mounted(lease, folder, "xfs", _SMALLEST_XFS_MIB, ("mkfs.xfs", "-q", "-m", "reflink=1")) as mount:
        _write(mount / "original", os.urandom(_MIB))
        with (mount / "original").open("rb") as original, (mount / "clone").open("wb") as clone:
            fcntl.ioctl(clone.fileno(), _FICLONE, original.fileno())
        if (mount / "clone").read_bytes() != (mount / "original").read_bytes():
            raise OSError("The clone has other bytes than its original")
    return "a file was cloned by FICLONE on a loop-mounted XFS"


@contextlib.contextmanager
def _mounted(lease: Lease, folder: Path, kind: str, size_mib: int, make: tuple[str, ...]) -> Iterator[Path]:
    image, mount = folder / f"{kind}.img", folder / kind
    image.touch()
    os.truncate(image, size_mib * _MIB)
    run([*make, str(image)])
    mount.mkdir()
    lease.claim(Kind.LOOP, str(image))
    lease.claim(Kind.MOUNT, str(mount))
    run(["mount", "-t", kind, "-o", "loop", str(image), str(mount)])
    try:
        yield mount
    finally:
        run(["umount", str(mount)])
        lease.release(Kind.MOUNT, str(mount))
        lease.release(Kind.LOOP, str(image))


def _write(path: Path, content: bytes) -> None:
    with path.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
