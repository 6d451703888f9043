"""Mount the store's file system once for all who use it, and unmount it behind the last one.

Every user holds a shared lock; whoever gets that lock alone is the last. Mounting and unmounting happen under a second
lock. The kernel drops the locks of a killed user, so what it left mounted is used or unmounted by the next one.
"""

from __future__ import annotations

import contextlib
import fcntl
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import IO

from harness.errors import CommandError, LabError, hinted
from harness.images.cache import cache_root
from harness.shell import capture, run

#: Sparse: it takes only what is written to it.
SIZE_MIB = 64 * 1024
_LIMIT = timedelta(minutes=2)


@contextlib.contextmanager
def mounted_store(file: Path, folder: Path) -> Iterator[None]:
    """The file system in a file, mounted on a folder while anyone has this block open."""
    with _lock("store-users") as users:
        with _turn():
            fcntl.flock(users, fcntl.LOCK_SH)
            try:
                if not is_mounted(folder):
                    _mount(file, folder, users)
            except BaseException:
                fcntl.flock(users, fcntl.LOCK_UN)
                raise
        try:
            yield
        finally:
            with _turn():
                _leave(users, folder)


def unmount_if_unused(folder: Path) -> bool:
    """Unmount the store unless someone uses it; True when it is not mounted afterwards."""
    with _turn(), _lock("store-users") as users:
        _leave(users, folder)
        return not is_mounted(folder)


def is_mounted(folder: Path) -> bool:
    """Whether a file system is mounted on the folder."""
    wanted = str(folder.resolve())
    return any(line.split()[4] == wanted for line in Path("/proc/self/mountinfo").read_text().splitlines())


def _leave(users: IO[str], folder: Path) -> None:
    """Give up the shared lock; alone, unmount. A disk of a kept lab keeps it mounted, until that lab is reaped."""
    try:
        fcntl.flock(users, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        fcntl.flock(users, fcntl.LOCK_UN)
        return
    try:
        if is_mounted(folder):
            capture(["fstrim", str(folder)], timeout=_LIMIT)
            capture(["umount", str(folder)], timeout=_LIMIT)
    finally:
        fcntl.flock(users, fcntl.LOCK_UN)


def _mount(file: Path, folder: Path, users: IO[str]) -> None:
    if not file.exists():
        _format(file)
    argv = ["mount", "-t", "xfs", "-o", "loop,noatime", str(file), str(folder)]
    tried = capture(argv, timeout=_LIMIT)
    if tried.status == 0:
        return
    try:
        fcntl.flock(users, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError as used:
        raise LabError(
            f"The store '{file}' is used by another run, but cannot be mounted here: {tried.error_text.strip()}"
        ) from used
    # It holds nothing that cannot be derived: a store that does not mount is replaced, not repaired.
    file.unlink(missing_ok=True)
    _format(file)
    try:
        run(argv, timeout=_LIMIT)
    except CommandError as refused:
        raise hinted(
            LabError(f"The store for disk clones cannot be mounted on '{folder}': {refused}"),
            "It needs root and a kernel with XFS and loop devices; or put KUBEDRILL_CACHE on XFS or btrfs.",
        ) from refused
    fcntl.flock(users, fcntl.LOCK_SH)


def _format(file: Path) -> None:
    half = file.with_suffix(".part")
    half.unlink(missing_ok=True)
    with half.open("wb") as image:
        image.truncate(SIZE_MIB * 1024 * 1024)
    run(["mkfs.xfs", "-q", "-m", "reflink=1", "-f", str(half)], timeout=_LIMIT)
    half.rename(file)


@contextlib.contextmanager
def _turn() -> Iterator[None]:
    """Nobody else mounts or unmounts now."""
    with _lock("store-mount") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


@contextlib.contextmanager
def _lock(name: str) -> Iterator[IO[str]]:
    folder = cache_root() / "locks"
    folder.mkdir(exist_ok=True)
    with (folder / f"{name}.lock").open("a") as lock:
        yield lock
