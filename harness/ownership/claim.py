"""One thing that a lease owns, as it is written down before the thing is made."""

from __future__ import annotations

import hashlib
import json
import os
import threading
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path

from harness.errors import LabError, SpecError
from harness.ownership.places import check_owned_folder
from harness.ownership.run_id import run_of
from harness.strict_json import json_value


class Kind(StrEnum):
    """What can be owned; the name that tells each apart stands beside it."""

    #: its podman name
    CONTAINER = "container"
    #: its name in libvirt
    DOMAIN = "domain"
    #: its name in libvirt
    NETWORK = "network"
    #: its name in libvirt, which is that of its folder too
    POOL = "pool"
    #: the mount point
    MOUNT = "mount"
    #: the backing file
    LOOP = "loop"
    #: its name below /run/netns
    NETNS = "netns"
    #: the name of the interface on the host
    LINK = "link"
    #: the path of the folder
    FOLDER = "folder"
    #: its number; found by the mark in its environment
    PROCESS = "process"


_PATHS = frozenset({Kind.MOUNT, Kind.LOOP, Kind.FOLDER})
_NAMED = frozenset({Kind.CONTAINER, Kind.NETNS, Kind.DOMAIN, Kind.NETWORK, Kind.POOL})


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """A kind and a name, with details for the reader."""

    kind: Kind
    name: str
    details: Mapping[str, str] = field(default_factory=dict)

    @property
    def file_name(self) -> str:
        """The name of its record in the lease's folder."""
        return f"{self.kind}-{hashlib.sha256(self.name.encode()).hexdigest()[:20]}.json"

    def write(self, folder: Path) -> None:
        """Bring the record to disk, whole or not at all."""
        record = {"kind": self.kind.value, "name": self.name, "details": dict(self.details)}
        write_durably(folder / self.file_name, json.dumps(record) + "\n")

    @classmethod
    def read(cls, path: Path) -> Claim:
        """Read a record back."""
        try:
            record = json_value(path.read_text())
            return cls(kind=Kind(record["kind"]), name=str(record["name"]), details=dict(record["details"]))
        except (ValueError, KeyError, TypeError) as bad:
            raise LabError(f"The claim '{path}' cannot be read: {bad}") from bad


def check_claim(claim: Claim, run: str) -> None:
    """Refuse what a reap could not safely undo."""
    if claim.kind in _PATHS and (not claim.name.startswith("/") or claim.name == "/" or ".." in Path(claim.name).parts):
        raise SpecError(f"The {claim.kind} '{claim.name}' cannot be claimed: its path must be absolute and plain")
    if claim.kind is Kind.FOLDER:
        check_owned_folder(Path(claim.name))
    if claim.kind in _NAMED and run_of(claim.name) != run:
        raise SpecError(f"The {claim.kind} '{claim.name}' cannot be claimed: its name must begin with 'kd-{run}'")


def write_durably(path: Path, text: str) -> None:
    """Replace a file so that after a power cut it is the old one or the new one, whole."""
    draft = path.with_name(f".{path.name}.{os.getpid()}.{threading.get_ident()}")
    with draft.open("w") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    draft.replace(path)
    sync_folder(path.parent)


def sync_folder(folder: Path) -> None:
    """Bring a folder's entries to disk."""
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
