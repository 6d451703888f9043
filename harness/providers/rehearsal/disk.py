"""A simulated disk: files, those of them that would survive a power cut, and etcd's databases."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from harness.providers.rehearsal.etcd import Member
from harness.providers.rehearsal.shelf import Shelf

#: From the root of etcd's disk.
_FILLER = "/forgotten.db"


@dataclass(frozen=True, slots=True)
class File:
    """What a file holds, and who may read it."""

    content: bytes
    mode: int


class SimulatedDisk:
    """One file system on one disk; paths begin at its own root."""

    def __init__(self, source: str, uuid: str, serial: str) -> None:
        self.source = source
        self.uuid = uuid
        self.serial = serial
        self.files: Shelf[str, File] = Shelf()
        #: By folder. etcd syncs each write before it acknowledges it, so a cut takes nothing from them.
        self.databases: dict[str, Member] = {}
        #: Whoever writes to it gets an error.
        self.dead = False
        #: Whether a process holds open what fills it.
        self.held = False
        self._durable: dict[str, File] = {}

    @property
    def is_full(self) -> bool:
        """Whether something has taken all its room."""
        return self.held or _FILLER in self.files

    @property
    def takes_writes(self) -> bool:
        """Whether etcd can go on."""
        return not (self.dead or self.is_full)

    def write(self, path: str, content: bytes, mode: int | None = None) -> None:
        """Write a file; without a mode it keeps the one it has."""
        old = self.files.get(path)
        self.files[path] = File(content, mode if mode is not None else old.mode if old else 0o644)

    def below(self, folder: str) -> Iterator[str]:
        """The paths of the files in a folder, in order."""
        prefix = folder.rstrip("/") + "/"
        return iter(sorted([path for path in self.files if path.startswith(prefix)]))

    def sync(self, path: str | None = None) -> None:
        """Bring one file, or everything, to the disk itself."""
        if path is None:
            self._durable = dict(self.files)
        elif path in self.files:
            self._durable[path] = self.files[path]

    def lose_unsynced(self) -> None:
        """What a power cut leaves."""
        self.files, self.held = Shelf(self._durable), False

    def format(self, uuid: str) -> None:
        """A new, empty file system."""
        self.uuid = uuid
        self.files, self._durable, self.databases = Shelf(), {}, {}
