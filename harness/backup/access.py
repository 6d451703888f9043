"""What opens a vault, of whichever kind it is."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Protocol

from harness.lab import Node

#: Where a client keeps it.
FOLDER = "/etc/kubedrill-backup"


class Store(StrEnum):
    """What kind of vault backups go into: a folder over sftp, or a bucket over S3."""

    SFTP = "sftp"
    BUCKET = "bucket"


class Access(Protocol):
    """How a client gets into a vault."""

    @property
    def target(self) -> str:
        """Where it is, as its client is told."""

    @property
    def files(self) -> Mapping[str, bytes]:
        """What opens it and by what it is known, by their names in a client's folder."""

    @property
    def secret(self) -> str:
        """A line of it that may be in no report."""


def give_access(node: Node, access: Access) -> None:
    """Put what opens a vault onto a machine, and by what the vault is known."""
    for name, content in access.files.items():
        node.put(f"{FOLDER}/{name}", content, 0o600)
