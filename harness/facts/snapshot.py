"""A snapshot of etcd as it lies on the machine that took it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from pydantic import Field

from harness.facts.fact import Output
from harness.facts.reading import read_json, shortened, succeeded

#: On memory, not on a disk: it holds every secret of the cluster.
SNAPSHOT = "/run/kubedrill-snapshot.db"
_DIGITS = 64


@dataclass(frozen=True, slots=True, kw_only=True)
class Snapshot:
    """What etcdutl reads in a snapshot."""

    hash: int
    revision: int
    keys: Annotated[int, Field(alias="totalKey")]
    bytes: Annotated[int, Field(alias="totalSize")]


@dataclass(frozen=True, slots=True, kw_only=True)
class SnapshotStatus:
    """A snapshot that etcdutl can read."""

    name: str = "snapshot-status"
    argv: tuple[str, ...] = ("etcdutl", "snapshot", "status", SNAPSHOT, "-w", "json")

    def parse(self, output: Output) -> Snapshot:
        """Its hash, revision and size."""
        return read_json(Snapshot, output)


@dataclass(frozen=True, slots=True, kw_only=True)
class SnapshotDigest:
    """The digest of the snapshot's file, taken before it leaves the machine."""

    name: str = "snapshot-digest"
    argv: tuple[str, ...] = ("sha256sum", SNAPSHOT)

    def parse(self, output: Output) -> str:
        """The SHA-256 in hexadecimal digits."""
        words = succeeded(output).split()
        if not words or len(words[0]) != _DIGITS:
            raise ValueError(f"not a digest: {shortened(output.stdout) or 'nothing'}")
        return words[0]


SNAPSHOT_STATUS = SnapshotStatus()
SNAPSHOT_DIGEST = SnapshotDigest()
