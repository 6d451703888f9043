"""Checks of etcd and of the disk under it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import ClassVar

from harness.facts import Moment
from harness.facts.disk import ETCD_DISK, ROOT_DISK
from harness.facts.etcd import (
    ETCD_ALARMS,
    ETCD_HASH,
    ETCD_HASH_CLUSTER,
    ETCD_MEMBERS,
    ETCD_STATUS,
    ETCD_STATUS_CLUSTER,
    REVISION_BUMP,
)
from harness.facts.etcd_service import ETCD_PROCESS
from harness.facts.manifest import ETCD_DATA_DIR
from harness.spec import DataDisk
from harness.verdict.record import Record, UntoldError
from harness.verdict.ruling import Ruling, broken, held, ruled
from harness.verdict.wording import changed, counted, listed, quoted


@dataclass(frozen=True, slots=True, kw_only=True)
class EtcdHealth:
    """etcd has a leader, no errors, no alarms, and the same keys on each member."""

    name: ClassVar[str] = "etcd-health"
    claim: ClassVar[str] = "etcd is healthy: a leader, no errors, no alarms, equal hashes"
    machine: str
    members: int = 1
    after: str = Moment.RECOVERED

    def judge(self, record: Record) -> Ruling:
        """Status, alarms and hashes of all members."""
        # The answer of all members tells more than that of one, and is the only one that will do for several.
        several = self.members > 1 or record.asked(ETCD_STATUS_CLUSTER, self.machine, self.after)
        states = record.ask(ETCD_STATUS_CLUSTER if several else ETCD_STATUS, self.machine, self.after)
        alarms = record.ask(ETCD_ALARMS, self.machine, self.after)
        hashes = record.ask(ETCD_HASH_CLUSTER if several else ETCD_HASH, self.machine, self.after)
        faults = [f"etcd raised the alarm {alarm}" for alarm in alarms]
        faults += [f"{one.endpoint} has no leader" for one in states if one.status.leader == 0]
        faults += [f"{one.endpoint} reports {listed(one.status.errors)}" for one in states if one.status.errors]
        if len({one.status.leader for one in states}) > 1:
            faults.append("the members follow different leaders")
        if len(states) < self.members or len(hashes) < self.members:
            faults.append(f"{min(len(states), len(hashes))} of {counted(self.members, 'member')} answered")
        # Hashes can be compared only where they were taken up to the same revision.
        if not faults and len({(one.hashkv.hash_revision, one.hashkv.compact_revision) for one in hashes}) > 1:
            raise UntoldError("the hashes of etcd's members were taken at different revisions and cannot be compared")
        if len({one.hashkv.hash for one in hashes}) > 1:
            unequal = listed(f"{one.hashkv.hash} on {one.endpoint}" for one in hashes)
            faults.append(f"the members hold different keys: {unequal}")
        return ruled(faults, f"{counted(len(states), 'member')} with a leader, no alarm, equal hash")


@dataclass(frozen=True, slots=True, kw_only=True)
class EtcdMembersNamed:
    """The members are those that are wanted, under their own names and addresses."""

    name: ClassVar[str] = "etcd-members"
    claim: ClassVar[str] = "etcd's members have their machines' names and peer addresses, and are as many as wanted"
    machine: str
    members: dict[str, str]
    after: str = Moment.RECOVERED

    def __post_init__(self) -> None:
        if not self.members:
            raise ValueError("no member is named")

    def judge(self, record: Record) -> Ruling:
        """Names and peer URLs are compared with the machines."""
        found = record.ask(ETCD_MEMBERS, self.machine, self.after).members
        names = [member.name for member in found]
        faults = [f"the member {quoted(name)} is missing" for name in self.members if name not in names]
        for member in found:
            ip = self.members.get(member.name)
            if ip is None:
                known = quoted(member.name) if member.name else f"{member.id:x}, which never started,"
                faults.append(f"the member {known} is no machine of the cluster")
            elif member.peer_urls != [f"https://{ip}:2380"]:
                faults.append(
                    f"the peer URL of {quoted(member.name)} is {listed(member.peer_urls) or 'empty'},"
                    f" not https://{ip}:2380"
                )
            if member.is_learner:
                faults.append(f"the member {quoted(member.name)} is still a learner")
        if len(found) != len(self.members):
            faults.append(f"{counted(len(found), 'member')} instead of {len(self.members)}")
        return ruled(faults, listed(f"{name} at https://{ip}:2380" for name, ip in self.members.items()))


@dataclass(frozen=True, slots=True, kw_only=True)
class EtcdOnDataDisk:
    """etcd's data lie on the data disk, not on the OS disk."""

    name: ClassVar[str] = "etcd-on-data-disk"
    claim: ClassVar[str] = "etcd's data are on the data disk, after the recovery and after one more reboot"
    machine: str
    #: The data disk of before is lost: it is another one, and stays that one.
    fresh: bool = False
    #: etcd is a service: the running process tells its folder, not a manifest.
    service: bool = False
    before: str = Moment.BEFORE
    moments: tuple[str, ...] = (Moment.RECOVERED, Moment.REBOOTED)

    def __post_init__(self) -> None:
        if not self.moments:
            raise ValueError("no moment is named")

    def judge(self, record: Record) -> Ruling:
        """etcd's folder is on the right file system at each moment, and that is not the root's."""
        before = record.ask(ETCD_DISK, self.machine, self.before)
        if not before.mounted or before.uuid is None:
            raise UntoldError(
                f"/var/lib/etcd of {quoted(self.machine)} was on no data disk with a UUID before the fault"
            )
        disk = f"the data disk 'etcd' of {quoted(self.machine)}"
        wanted = "" if self.fresh else before.uuid
        folders = {moment: self._folder(record, moment) for moment in (self.before, *self.moments)}
        for moment in self.moments:
            if not _is_on_data_disk(folders[moment]):
                return broken(f"etcd's data are in {folders[moment]} at '{moment}': on the OS disk, not on {disk}")
            now = record.ask(ETCD_DISK, self.machine, moment)
            root = record.ask(ROOT_DISK, self.machine, moment)
            if not now.mounted:
                return broken(f"{disk} is not mounted at '{moment}': etcd's data are on the OS disk")
            if now.identity == root.identity:
                return broken(f"/var/lib/etcd of {quoted(self.machine)} is on the OS disk at '{moment}'")
            if self.fresh and now.uuid == before.uuid:
                return broken(f"{disk} is still that of before at '{moment}', although it was destroyed")
            wanted = wanted or str(now.uuid)
            if now.uuid != wanted:
                return broken(f"{disk} is another at '{moment}': its UUID was {wanted} and is {now.uuid}")
        moments = self.moments if self.fresh else (self.before, *self.moments)
        return held(f"UUID {wanted} at {listed(map(quoted, moments))}{_moved(tuple(folders.values()))}")

    def _folder(self, record: Record, moment: str) -> str:
        if self.service:
            return record.ask(ETCD_PROCESS, self.machine, moment).data_dir
        return record.ask(ETCD_DATA_DIR, self.machine, moment)


def _is_on_data_disk(folder: str) -> bool:
    return PurePosixPath(folder).is_relative_to(DataDisk.ETCD.mount_point)


def _moved(folders: tuple[str, ...]) -> str:
    return "" if folders[0] == folders[-1] else f"; {changed('its folder', folders[0], folders[-1])}"


@dataclass(frozen=True, slots=True, kw_only=True)
class EtcdRevision:
    """A restored etcd counts on from a revision that no client has ever seen."""

    name: ClassVar[str] = "etcd-revision"
    claim: ClassVar[str] = "etcd's revision lies beyond every one that a client can have seen before the fault"
    machine: str
    bumped_by: int = REVISION_BUMP
    before: str = Moment.BEFORE
    after: str = Moment.RECOVERED

    def judge(self, record: Record) -> Ruling:
        """The revision grew at least by what a restore has to add."""
        was, now = (self._revision(record, moment) for moment in (self.before, self.after))
        if now < was + self.bumped_by:
            unmoved = f"it was not moved on by {self.bumped_by}, and a watch that is resumed may stay silent"
            return broken(f"etcd's revision was {was} and is {now}: {unmoved}")
        return held(f"revision {was} before, {now} after")

    def _revision(self, record: Record, moment: str) -> int:
        several = record.asked(ETCD_STATUS_CLUSTER, self.machine, moment)
        states = record.ask(ETCD_STATUS_CLUSTER if several else ETCD_STATUS, self.machine, moment)
        return max(one.status.header.revision for one in states)
