"""Copies that take no time and no space: the file system shares the blocks until one side writes."""

from __future__ import annotations

import errno
import fcntl
import tempfile
from pathlib import Path

from harness.errors import LabError

_FICLONE = 0x40049409
_REFUSALS = (errno.EOPNOTSUPP, errno.ENOTTY, errno.EINVAL, errno.EXDEV, errno.ENOSYS)


def can_reflink(folder: Path) -> bool:
    """Whether the file system of a folder clones files, found out by doing it."""
    with tempfile.TemporaryDirectory(prefix=".reflink-", dir=folder) as work:
        source = Path(work) / "source"
        source.write_bytes(bytes(4096))
        try:
            reflink(source, Path(work) / "clone")
        except LabError:
            return False
        return True


def reflink(source: Path, target: Path) -> None:
    """Make a file that shares all blocks with another one; on failure nothing is left."""
    with source.open("rb") as original, target.open("xb") as clone:
        try:
            fcntl.ioctl(clone, _FICLONE, original.fileno())
        except OSError as refused:
            target.unlink(missing_ok=True)
            why = "their file system cannot" if refused.errno in _REFUSALS else refused.strerror
            raise LabError(f"The file '{source}' could not be cloned to '{target}': {why}") from refused
