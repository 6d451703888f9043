"""The files of a run as they lie there: nothing is followed, and nothing that a name says is believed."""

from __future__ import annotations

import errno
import hashlib
import os
import stat
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from harness.errors import SpecError


class Sort(StrEnum):
    """What lies under a name."""

    FILE = "file"
    LINK = "link"
    OTHER = "other"


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One name below a run's folder; only a file has a size and a digest."""

    path: str
    sort: Sort = Sort.FILE
    size: int = 0
    sha256: str = ""


def entries(folder: Path) -> tuple[Entry, ...]:
    """All that lies below a folder except folders, in the order of the names' bytes."""
    found: list[Entry] = []
    left = [folder]
    while left:
        place = left.pop()
        try:
            names = sorted(place.iterdir())
        except OSError as refused:
            raise _unreadable(place, refused) from refused
        for path in names:
            mode = path.lstat().st_mode
            if stat.S_ISDIR(mode):
                left.append(path)
            else:
                found.append(_entry(path, path.relative_to(folder).as_posix(), mode))
    return tuple(sorted(found, key=lambda entry: os.fsencode(entry.path)))


def read_plain(path: Path) -> bytes:
    """The content of a file; a link or a pipe in its place is refused."""
    try:
        # A pipe would be waited for, and a link would lead out of the run.
        handle = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
    except OSError as refused:
        raise _unreadable(path, refused) from refused
    with os.fdopen(handle, "rb") as file:
        if not stat.S_ISREG(os.fstat(handle).st_mode):
            raise SpecError(f"{shown(str(path))} is not a file")
        return file.read()


def shown(path: str) -> str:
    """A name as it may stand in a sentence, whatever a stranger called the file."""
    return f"'{path if path.isprintable() else ascii(path)[1:-1]}'"


def _entry(path: Path, name: str, mode: int) -> Entry:
    if stat.S_ISLNK(mode):
        return Entry(path=name, sort=Sort.LINK)
    if not stat.S_ISREG(mode):
        return Entry(path=name, sort=Sort.OTHER)
    try:
        with os.fdopen(os.open(path, os.O_RDONLY | os.O_NOFOLLOW), "rb") as file:
            digest = hashlib.file_digest(file, "sha256").hexdigest()
            return Entry(path=name, size=file.tell(), sha256=digest)
    except OSError as refused:
        raise _unreadable(path, refused) from refused


def _unreadable(path: Path, refused: OSError) -> SpecError:
    if refused.errno == errno.ELOOP:
        return SpecError(f"{shown(str(path))} is a link")
    return SpecError(f"{shown(str(path))} cannot be read: {refused.strerror}")
