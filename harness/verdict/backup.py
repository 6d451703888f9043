"""The check that a backup is worth something before it is needed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from harness.facts import WITNESS, Moment
from harness.facts.snapshot import SNAPSHOT_DIGEST, SNAPSHOT_STATUS
from harness.facts.witness import BACKUP_FILES
from harness.verdict.record import Record
from harness.verdict.ruling import Ruling, broken, held
from harness.verdict.wording import counted, quoted


@dataclass(frozen=True, slots=True, kw_only=True)
class SnapshotVerified:
    """etcd's snapshot arrived off the machine as it was taken, before anything was lost."""

    name: ClassVar[str] = "snapshot-verified"
    claim: ClassVar[str] = "etcdutl reads the snapshot, and its file in the vault has the digest that it had when taken"
    machine: str
    file: str = "etcd/snapshot.db"
    before: str = Moment.BEFORE

    def judge(self, record: Record) -> Ruling:
        """The digest on the machine is that in the vault, and the snapshot holds keys."""
        taken = record.ask(SNAPSHOT_DIGEST, self.machine, self.before)
        kept = [one.sha256 for one in record.ask(BACKUP_FILES, WITNESS, self.before) if one.path.endswith(self.file)]
        if not kept:
            return broken(f"the vault holds no {quoted(self.file)}: the snapshot never arrived")
        if kept[-1] != taken:
            return broken(
                f"the snapshot in the vault has the digest {kept[-1][:16]}…, and had {taken[:16]}… when it was taken"
            )
        snapshot = record.ask(SNAPSHOT_STATUS, self.machine, self.before)
        if snapshot.keys == 0:
            return broken("the snapshot holds no key at all")
        return held(
            f"revision {snapshot.revision}, {counted(snapshot.keys, 'key')}, {snapshot.bytes} bytes,"
            f" hash {snapshot.hash:08x}, SHA-256 {taken}"
        )
