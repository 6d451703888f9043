"""Copies that take no time and no space: the file system shares the blocks until one side writes."""

from __future__ import annotations

import errno
import fcntl
import struct
import tempfile
from collections.abc import Iterator
from pathlib import Path

from harness.errors import LabError

_FICLONE = 0x40049409
#: FS_IOC_FIEMAP, what it is given and gives, and two flags of an extent.
_FIEMAP = 0xC020660B
_HEADER, _EXTENT = struct.Struct("=QQIIII"), struct.Struct("=QQQQQIIII")
_LAST, _SHARED = 0x1, 0x2000
_AT_ONCE = 512
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


def own_bytes(path: Path) -> int:
    """What a file takes that it does not share with any other: so much is free when it is removed."""
    with path.open("rb") as file:
        try:
            return sum(length for length, flags in _extents(file.fileno()) if not flags & _SHARED)
        except OSError as refused:
            if refused.errno not in _REFUSALS:
                raise
    # A file system that does not tell shares nothing.
    return path.stat().st_blocks * 512


def _extents(file: int) -> Iterator[tuple[int, int]]:
    """Length and flags of each piece of a file."""
    start, flags = 0, 0
    while not flags & _LAST:
        told = bytearray(_HEADER.pack(start, 2**64 - 1 - start, 0, 0, _AT_ONCE, 0) + bytes(_EXTENT.size * _AT_ONCE))
        fcntl.ioctl(file, _FIEMAP, told)
        count = _HEADER.unpack_from(told)[3]
        if count == 0:
            return
        for number in range(count):
            logical, _, length, _, _, flags, *_ = _EXTENT.unpack_from(told, _HEADER.size + number * _EXTENT.size)
            yield length, flags
        start = logical + length
