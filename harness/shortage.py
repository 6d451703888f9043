"""What the host itself has run out of: neither our mistake nor the restore's, and told in one sentence."""

from __future__ import annotations

import errno
import os
import resource
from pathlib import Path


def shortage(error: BaseException) -> str:
    """The sentence for an error that means trouble of the host; empty for any other."""
    for one in _chain(error):
        told = _told(one)
        if told:
            return told
    return ""


def _chain(error: BaseException) -> tuple[BaseException, ...]:
    found: list[BaseException] = []
    one: BaseException | None = error
    while one is not None and one not in found:
        found.append(one)
        one = one.__cause__ or one.__context__
    return tuple(found)


def _told(error: BaseException) -> str:
    if isinstance(error, MemoryError):
        return "The host has no memory left for this process"
    if isinstance(error, RuntimeError) and "start new thread" in str(error):
        return f"The host lets this process start no more threads ({_processes()})"
    if not isinstance(error, OSError):
        return ""
    where = f" of '{error.filename}'" if isinstance(error.filename, str) else ""
    return {
        errno.ENOSPC: f"There is {_lacking(error.filename)} left on the disk{where}",
        errno.EDQUOT: f"The quota on the disk{where} is used up",
        errno.EROFS: f"The file system{where} can only be read",
        errno.EIO: f"The disk{where} failed to read or write",
        errno.ENOMEM: "The host has no memory left for this process",
        errno.EMFILE: f"This process may open no more files (its limit is {_limit(resource.RLIMIT_NOFILE)})",
        errno.ENFILE: "The host's kernel can open no more files",
        errno.EAGAIN: f"The host lets this process start no more processes ({_processes()})"
        if isinstance(error, BlockingIOError) and error.filename is None
        else "",
    }.get(error.errno or 0, "")


def _lacking(path: object) -> str:
    """Whether room or inodes are wanting: the kernel has one number for both."""
    folder = Path(path) if isinstance(path, str) else None
    while folder is not None and not folder.exists() and folder != folder.parent:
        folder = folder.parent
    try:
        state = os.statvfs(folder) if folder is not None else None
    except OSError:
        state = None
    return "no inode" if state is not None and state.f_files and not state.f_favail else "no room"


def _processes() -> str:
    return f"the limit of its user is {_limit(resource.RLIMIT_NPROC)}, and its control group may have one, too"


def _limit(which: int) -> str:
    soft, _ = resource.getrlimit(which)
    return "none" if soft == resource.RLIM_INFINITY else str(soft)
