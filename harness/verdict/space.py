"""Checks of an etcd that had no room left."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from harness.facts import Moment
from harness.facts.etcd import ETCD_ALARMS, ETCD_STATUS, ETCD_STATUS_CLUSTER
from harness.facts.objects import NAMESPACES
from harness.facts.space import ETCD_ROOM, ETCD_WRITE, NO_ROOM, ROOM, TAKEN
from harness.verdict.record import Record, UntoldError
from harness.verdict.ruling import Ruling, broken, held, ruled
from harness.verdict.wording import counted, listed, quoted

#: A database nearer to its quota than this is full: whoever filled it wrote large objects.
_FULL = 0.9


@dataclass(frozen=True, slots=True, kw_only=True)
class OnlyReadsServed:
    """What has no room for a write can still be read."""

    name: ClassVar[str] = "only-reads-served"
    claim: ClassVar[str] = "Under etcd's alarm NOSPACE writes are refused in its own words, and reads are answered"
    machine: str
    before: str = Moment.BEFORE
    then: str = Moment.FAULTED

    def judge(self, record: Record) -> Ruling:
        """The same write was taken before, and the same list is read then."""
        if record.ask(ETCD_WRITE, self.machine, self.before) != TAKEN:
            raise UntoldError("nothing was measured: etcd refused writes already before the fault")
        said = record.ask(ETCD_WRITE, self.machine, self.then)
        if said == TAKEN:
            return broken("etcd took a write, so there was room for it")
        was, now = (record.ask(NAMESPACES, self.machine, moment) for moment in (self.before, self.then))
        missing = [name for name in was if name not in now]
        if missing:
            return broken(f"the namespaces {listed(map(quoted, missing))} could not be read under the alarm")
        return held(f"{counted(len(now), 'namespace')} read while etcd said {quoted(said)}")


@dataclass(frozen=True, slots=True, kw_only=True)
class SpaceRegained:
    """There is room for what comes, not only for the next write."""

    name: ClassVar[str] = "space-regained"
    claim: ClassVar[str] = "etcd's alarm is disarmed, and its file is smaller: what was freed was given back"
    machine: str
    quota_bytes: int
    #: How much of the quota the file may have afterwards.
    share: float = 0.5
    then: str = Moment.FAULTED
    after: str = Moment.RECOVERED

    def judge(self, record: Record) -> Ruling:
        """The file was as large as its quota, and is well below it."""
        was, now = (self._size(record, moment) for moment in (self.then, self.after))
        quota = f"of the quota of {self.quota_bytes} bytes"
        if was < self.quota_bytes * _FULL:
            raise UntoldError(f"nothing was measured: after the fault etcd's file had {was} {quota}")
        alarms = record.ask(ETCD_ALARMS, self.machine, self.after)
        faults = [f"the alarm {alarm} is raised still" for alarm in alarms]
        if now > self.quota_bytes * self.share:
            faults.append(f"etcd's file still has {now} {quota}: what was freed was not given back")
        return ruled(faults, f"{was} bytes then, {now} now, {quota}")

    def _size(self, record: Record, moment: str) -> int:
        several = record.asked(ETCD_STATUS_CLUSTER, self.machine, moment)
        states = record.ask(ETCD_STATUS_CLUSTER if several else ETCD_STATUS, self.machine, moment)
        return max(one.status.db_size for one in states)


@dataclass(frozen=True, slots=True, kw_only=True)
class DiskHasRoom:
    """What filled the disk is gone, and does not come back with the next start."""

    name: ClassVar[str] = "disk-has-room"
    claim: ClassVar[str] = "The disk under etcd, which had no room, has room again, and still after one more reboot"
    machine: str
    then: str = Moment.FAULTED
    afterwards: tuple[str, ...] = (Moment.RECOVERED, Moment.REBOOTED)

    def __post_init__(self) -> None:
        if not self.afterwards:
            raise ValueError("no moment is named")

    def judge(self, record: Record) -> Ruling:
        """The same question at three moments."""
        if record.ask(ETCD_ROOM, self.machine, self.then) != NO_ROOM:
            raise UntoldError("nothing was measured: the disk under etcd had room after the fault")
        full = [moment for moment in self.afterwards if record.ask(ETCD_ROOM, self.machine, moment) != ROOM]
        return ruled(
            [f"the disk under etcd has no room, {moment}" for moment in full], f"room, {listed(self.afterwards)}"
        )
