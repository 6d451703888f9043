"""Loop devices: files that machines see as disks."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

from harness.clock import Deadline, HostClock, NotYet, wait_for
from harness.errors import LabError
from harness.ownership import Kind, Lease
from harness.shell import run

#: A container that starts beside holds a copy of all mounts until it has its own root: some hundred milliseconds.
_LETTING_GO = timedelta(seconds=20)
_BLOCKS = Path("/sys/block")


def attach(lease: Lease, backing: Path, *, offset: int = 0) -> Path:
    """Make a file a block device; the lease knows of it beforehand."""
    lease.claim(Kind.LOOP, str(backing))
    done = run(["losetup", "--find", "--show", "--nooverlap", "--offset", str(offset), str(backing)])
    return Path(done.text.strip())


def detach(lease: Lease, backing: Path, device: Path) -> None:
    """Take the block device away, and return when nobody has it any more.

    A file system lives on while any mount of it does, in whatever namespace: mounted again in that time, a machine
    whose power was cut would find the very file system that was shut down, and not the one on its disk.
    """
    refuse_foreign(device, backing)
    run(["losetup", "--detach", str(device)])

    def let_go() -> bool | NotYet:
        return True if not _backs(device, backing) else NotYet("a mount of it is still held by another process")

    deadline = Deadline.after(_LETTING_GO, HostClock())
    wait_for(f"the block device '{device}' to go", let_go, deadline, every=timedelta(milliseconds=20))
    lease.release(Kind.LOOP, str(backing))


def refuse_foreign(device: Path, backing: Path, blocks: Path = _BLOCKS) -> None:
    """Refuse a device that is somebody else's by now: numbers of loop devices are given again."""
    told = _backing_of(device, blocks)
    # Each disk of a lab is a file of its own name; where it is seen from may differ.
    if told and Path(told).name != backing.name:
        raise LabError(f"Refusing to detach '{device}': it is the disk '{told}', and not '{backing}'")


def _backs(device: Path, backing: Path) -> bool:
    return _backing_of(device, _BLOCKS) == str(backing)


def _backing_of(device: Path, blocks: Path) -> str:
    try:
        told = (blocks / device.name / "loop/backing_file").read_text(errors="replace")
    except OSError:
        return ""
    return told.rstrip("\n").removesuffix(" (deleted)")
