"""Loop devices: files that machines see as disks."""

from __future__ import annotations

from pathlib import Path

from harness.ownership import Kind, Lease
from harness.shell import run


def attach(lease: Lease, backing: Path, *, offset: int = 0) -> Path:
    """Make a file a block device; the lease knows of it beforehand."""
    lease.claim(Kind.LOOP, str(backing))
    done = run(["losetup", "--find", "--show", "--nooverlap", "--offset", str(offset), str(backing)])
    return Path(done.text.strip())


def detach(lease: Lease, backing: Path, device: Path) -> None:
    """Take the block device away again."""
    run(["losetup", "--detach", str(device)])
    lease.release(Kind.LOOP, str(backing))
