"""A simulated lab with a bucket in it, for tests of what is put there and taken out."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from harness.backup.bucket_client import BucketClient
from harness.backup.bucket_server import BucketAccess, make_bucket, serve
from harness.facts.vault import BACKUPS
from harness.journal import History, read_journal
from harness.journal.writer import Journal
from harness.lab import Node
from harness.providers.rehearsal import RehearsalProvider
from harness.spec import parse_shape


@dataclass(frozen=True, slots=True, kw_only=True)
class LabWithBucket:
    """The machine that serves, one that asks, and what opens it."""

    vault: Node
    master: Node
    access: BucketAccess
    journal: Journal

    @property
    def client(self) -> BucketClient:
        """Whoever has what opens it."""
        return BucketClient(access=self.access)

    @property
    def history(self) -> History:
        """What is on record."""
        return read_journal(self.journal.path)

    def lay(self, path: str, content: bytes = b"x") -> None:
        """Put something into the bucket."""
        self.vault.machine.channel.put(f"{BACKUPS}/{path}", content, 0o600)


@pytest.fixture
def bucket(tmp_path: Path) -> Iterator[LabWithBucket]:
    """An empty bucket of a lab with one control plane."""
    provider = RehearsalProvider()
    journal = Journal(tmp_path / "journal.jsonl", provider.clock)
    with provider.lab(parse_shape("1+vault"), kubernetes="v1.34", run="test", folder=tmp_path) as lab:
        vault, master = (Node(lab.machines[name], journal) for name in ("vault1", "master1"))
        vault.power_on()
        master.power_on()
        access = serve(vault)
        assert make_bucket(vault) is True
        yield LabWithBucket(vault=vault, master=master, access=access, journal=journal)
    journal.close()
