"""The check that a backup is worth something before it is needed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from harness.facts import WITNESS, Moment
from harness.facts.sandbox import POD_SANDBOXES
from harness.facts.snapshot import SNAPSHOT_DIGEST, SNAPSHOT_STATUS
from harness.facts.untouched import CONTROL_PLANE_FILES
from harness.facts.witness import BACKUP_FILES
from harness.journal import Kind
from harness.verdict.record import Record, UntoldError
from harness.verdict.ruling import Ruling, broken, held, ruled
from harness.verdict.wording import counted, listed, quoted


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


@dataclass(frozen=True, slots=True, kw_only=True)
class BadBackupsRefused:
    """Each bad backup that was offered was refused while the machine was as before."""

    name: ClassVar[str] = "bad-backups-refused"
    claim: ClassVar[str] = "Each bad backup is refused, and nothing on the machine has changed by then"
    machine: str
    backups: tuple[str, ...]
    #: The machine is as freshly installed: what would be touched is not there yet.
    blank: bool = False
    before: str = Moment.OFFERED

    def __post_init__(self) -> None:
        if not self.backups:
            raise ValueError("no bad backup is named")

    def judge(self, record: Record) -> Ruling:
        """A refusal for each, and after it the files and static pods of before."""
        refused = {str(one.data.get("backup")): one for one in record.of(Kind.RECOVERY, state="refused")}
        failed = next(record.of(Kind.RECOVERY, state="failed"), None)
        faults, seen = [], []
        for name in self.backups:
            if name not in refused and failed is None:
                raise UntoldError(f"a planned check never ran: the backup {quoted(name)} was neither refused nor used")
            if name not in refused:
                faults.append(f"the backup {quoted(name)} was accepted")
                break
            touched = self._touched(record, name)
            if touched:
                faults.append(f"the backup {quoted(name)} was refused only when {listed(touched)} had been touched")
            seen.append(f"{quoted(name)}: {refused[name].data.get('cause')}")
        return ruled(faults, "; ".join(seen))

    def _touched(self, record: Record, moment: str) -> list[str]:
        was, now = (record.ask(CONTROL_PLANE_FILES, self.machine, one) for one in (self.before, moment))
        pods, left = (self._static_pods(record, one) for one in (self.before, moment))
        if self.blank and pods:
            raise UntoldError(f"nothing was measured: {quoted(self.machine)} ran static pods and was not blank")
        if not was or not (pods or self.blank):
            raise UntoldError(f"nothing was measured: {quoted(self.machine)} had no files or no static pods before")
        files = [path for path in sorted(was.keys() | now.keys()) if was.get(path) != now.get(path)]
        return [*files, *sorted((pods | left)[one] for one in pods.keys() ^ left.keys())]

    def _static_pods(self, record: Record, moment: str) -> dict[str, str]:
        boxes = record.ask(POD_SANDBOXES, self.machine, moment)
        return {box.id: box.metadata.name for box in boxes if box.is_static and box.is_running}
