"""Checks of snapshots that a sidecar of etcd takes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from harness.facts import Moment
from harness.facts.etcd import REVISION_BUMP
from harness.facts.sidecar import ETCD_CONTAINERS, SIDECAR, SNAPSHOT_OF_SIDECAR
from harness.facts.vault import VAULT_CONTENT
from harness.verdict.record import Record, UntoldError
from harness.verdict.ruling import Ruling, broken, held, ruled
from harness.verdict.wording import listed, quoted, seconds

#: For a snapshot that takes its time, and one that is being taken when the timer looks.
_INTERVALS = 2
_SLACK_SECONDS = 2.0


@dataclass(frozen=True, slots=True, kw_only=True)
class SnapshotsFresh:
    """What was brought into the vault had just been taken."""

    name: ClassVar[str] = "snapshots-fresh"
    claim: ClassVar[str] = "Each backup in the vault holds a snapshot that the sidecar of etcd had just taken"
    vault: str
    every_seconds: float
    then: str = Moment.FAULTED

    def judge(self, record: Record) -> Ruling:
        """A backup that arrives on time may hold an old snapshot."""
        whole = [one for one in record.ask(VAULT_CONTENT, self.vault, self.then) if not one.why_not_whole]
        if not whole:
            return broken("the vault holds no whole backup, so none with a snapshot of the sidecar")
        ages = {one.name: (one.taken - one.snapshot_taken).total_seconds() for one in whole}
        allowed = self.every_seconds * _INTERVALS + _SLACK_SECONDS
        faults = [
            f"the sidecar of etcd had been silent for {seconds(age)} when {quoted(name)} was made,"
            f" and is to take a snapshot every {seconds(self.every_seconds)}"
            for name, age in ages.items()
            if age > allowed
        ]
        oldest = max(ages.values())
        return ruled(faults, f"the oldest of {len(whole)} snapshots was {seconds(oldest)} old when it was sent")


@dataclass(frozen=True, slots=True, kw_only=True)
class SidecarBack:
    """etcd's pod has its sidecar again, and that works."""

    name: ClassVar[str] = "sidecar-back"
    claim: ClassVar[str] = "The recovered etcd has its sidecar again, which has taken a snapshot of the restored data"
    machine: str
    bumped_by: int = REVISION_BUMP
    before: str = Moment.BEFORE
    after: str = Moment.RECOVERED

    def judge(self, record: Record) -> Ruling:
        """The manifest asks for it, and its snapshot is of a revision that only the restored etcd has."""
        containers = record.ask(ETCD_CONTAINERS, self.machine, self.after)
        was, now = (record.ask(SNAPSHOT_OF_SIDECAR, self.machine, moment) for moment in (self.before, self.after))
        if was is None or SIDECAR not in record.ask(ETCD_CONTAINERS, self.machine, self.before):
            raise UntoldError("nothing was measured: etcd had no sidecar that took snapshots before the fault")
        if SIDECAR not in containers:
            has = listed(map(quoted, containers))
            return broken(f"etcd's static pod has lost its sidecar {quoted(SIDECAR)}, and has {has} alone")
        if now is None:
            return broken(f"the sidecar {quoted(SIDECAR)} is there, and has taken no snapshot since")
        if now.revision <= was.revision + self.bumped_by:
            return broken(
                f"the newest snapshot of the sidecar is of revision {now.revision}, which is not of the restored data:"
                f" before the fault it was {was.revision}"
            )
        return held(f"{listed(map(quoted, containers))} run; the newest snapshot is of revision {now.revision}")
