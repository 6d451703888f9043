"""Checks of a network that is parted: most members go on, the others may not, and nobody has to mend anything."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from harness.facts import CLUSTER, Moment
from harness.facts.boot import BOOT_ID
from harness.facts.containers import CONTAINERS
from harness.facts.etcd import ETCD_MEMBERS, ETCD_STATUS, EndpointStatus
from harness.facts.leadership import LEADERSHIPS, Office
from harness.facts.outage import OPERATIONS
from harness.facts.parted import (
    API_PARTED_WRITE,
    ETCD_OLD_READ,
    ETCD_PARTED_KEY,
    ETCD_PARTED_OBJECT,
    ETCD_PARTED_WRITE,
    ETCD_READ,
)
from harness.facts.reach import REACH, UNANSWERED
from harness.journal import Event, Kind
from harness.verdict.record import Record, UntoldError
from harness.verdict.ruling import Ruling, broken, held, ruled
from harness.verdict.wording import changed, counted, listed, quoted, seconds

_LEASES = (Office.CONTROLLER_MANAGER, Office.SCHEDULER)


@dataclass(frozen=True, slots=True, kw_only=True)
class MajorityElected:
    """The leader is cut off, and those who are more elect another."""

    name: ClassVar[str] = "majority-elected"
    claim: ClassVar[str] = "Most members elected another leader at once; it took a majority, and not all others"
    minority: str
    through: str
    within_seconds: float

    def judge(self, record: Record) -> Ruling:
        """The leader of before says that it led; then another member follows a leader of a later term."""
        was, now = self._status(record, self.minority, Moment.LED), self._status(record, self.through, Moment.FAULTED)
        led, followed = (
            record.find(ETCD_STATUS, subject, moment)
            for subject, moment in ((self.minority, Moment.LED), (self.through, Moment.FAULTED))
        )
        if led is None or followed is None or was.status.leader != was.status.header.member_id:
            raise UntoldError(f"nothing was measured: etcd was not led by {quoted(self.minority)} when it was cut off")
        if not now.status.leader:
            return broken(f"{quoted(self.through)} follows no leader, though most members are on its side")
        if now.status.leader == was.status.leader:
            return broken(f"{quoted(self.through)} still follows {quoted(self.minority)}, which is cut off")
        took, terms = followed.mono - led.mono, (was.status.header.raft_term, now.status.header.raft_term)
        faults = []
        if now.status.header.cluster_id != was.status.header.cluster_id:
            faults.append(f"{quoted(self.through)} is a member of another cluster")
        if terms[1] <= terms[0]:
            faults.append(f"the term is still {terms[1]}: nobody was elected")
        if took > self.within_seconds:
            faults.append(f"it took {seconds(took)} until another member led; {seconds(self.within_seconds)} may")
        return ruled(faults, f"{changed('the term', *terms)}; another member led within {seconds(took)}")

    def _status(self, record: Record, machine: str, moment: str) -> EndpointStatus:
        return record.ask(ETCD_STATUS, machine, moment)[0]


@dataclass(frozen=True, slots=True, kw_only=True)
class ElectedByAll:
    """As runbooks have it: a leader has the vote of everybody."""

    name: ClassVar[str] = "elected-by-all"
    claim: ClassVar[str] = "The first member that all others agree to becomes the leader"
    minority: str
    through: str
    moment: str = Moment.FAULTED

    def judge(self, record: Record) -> Ruling:
        """Whether somebody was elected whom one of them cannot have heard of."""
        leader = record.ask(ETCD_STATUS, self.through, self.moment)[0].status.leader
        reached = record.ask(REACH, self.through, self.moment)
        if leader and reached == UNANSWERED:
            return broken(f"one was elected though nothing could pass from {quoted(self.minority)}: most are enough")
        return held(f"{quoted(self.minority)} was {reached} when {quoted(self.through)} followed {leader:x}")


@dataclass(frozen=True, slots=True, kw_only=True)
class MajorityServed:
    """Who uses the cluster may go on."""

    name: ClassVar[str] = "majority-served"
    claim: ClassVar[str] = "While the network was parted the majority took reads and writes, and scheduled pods"
    through: str
    moment: str = Moment.PARTED

    def judge(self, record: Record) -> Ruling:
        """etcd answered with what all agree upon, and each operation went through."""
        read = record.ask(ETCD_READ, self.through, self.moment)
        tried = record.ask(OPERATIONS, CLUSTER, self.moment)
        if not tried:
            raise UntoldError("nothing was measured: no operation was tried")
        faults = [] if read.taken else [f"etcd on {quoted(self.through)} refused a read: {read.said}"]
        faults += [f"{quoted(name)} did not go through: {one.saw}" for name, one in tried.items() if not one.ok]
        return ruled(faults, f"revision {read.revision}; went through: {listed(tried)}")


@dataclass(frozen=True, slots=True, kw_only=True)
class MinorityRefused:
    """Who is alone may not write, and may not say what is so; it may say what was."""

    name: ClassVar[str] = "minority-refused"
    claim: ClassVar[str] = (
        "The member that was cut off refused writes, and reads that have to be true; what it had, it could still tell"
    )
    minority: str
    through: str
    moment: str = Moment.PARTED

    def judge(self, record: Record) -> Ruling:
        """Three refusals of a machine that is alive, and one answer that is older than what the others have."""
        name, now = quoted(self.minority), record.ask(ETCD_READ, self.through, self.moment)
        asked = {
            "a write to etcd": record.ask(ETCD_PARTED_WRITE, self.minority, self.moment),
            "a write to its API server": record.ask(API_PARTED_WRITE, self.minority, self.moment),
            "a read that has to be true": record.ask(ETCD_READ, self.minority, self.moment),
        }
        old = record.ask(ETCD_OLD_READ, self.minority, self.moment)
        gone = [what for what, one in asked.items() if one.taken]
        faults = [f"{listed(gone)} went through on {name}, though no majority was on its side"] if gone else []
        if not old.taken:
            faults.append(f"{name} did not even tell what it had: {old.said}")
        elif not faults and old.revision >= now.revision:
            faults.append(f"{name} has revision {old.revision}, no older than that of the others, {now.revision}")
        words = listed(dict.fromkeys(quoted(one.said) for one in asked.values()))
        return ruled(faults, f"{words}; it had revision {old.revision} when the others had {now.revision}")


@dataclass(frozen=True, slots=True, kw_only=True)
class MinorityDeposed:
    """Nobody works on both sides."""

    name: ClassVar[str] = "minority-deposed"
    claim: ClassVar[str] = (
        "Controller-manager and scheduler led on the majority's side alone; those that had led before gave up"
    )
    minority: str
    before: str = Moment.BEFORE
    moment: str = Moment.PARTED

    def judge(self, record: Record) -> Ruling:
        """All leases passed to machines of the majority, and the containers that had held them have ended."""
        there, later = (record.ask(CONTAINERS, self.minority, moment) for moment in (self.before, self.moment))
        faults, seen = [], []
        for office in _LEASES:
            was, now = (record.ask(LEADERSHIPS[office], CLUSTER, moment) for moment in (self.before, self.moment))
            if now.of != was.of:
                faults.append(changed(f"the lease of {quoted(office)}", was.of, now.of) + ": somebody made it anew")
            if now.machine == self.minority:
                faults.append(f"{quoted(self.minority)} still holds the lease of {quoted(office)}")
            led = {one.id for one in there.items if one.name == office and one.is_running}
            if was.machine != self.minority or not led:
                raise UntoldError(f"nothing was measured: {quoted(self.minority)} did not lead as {quoted(office)}")
            if led & {one.id for one in later.items if one.is_running}:
                faults.append(f"the {quoted(office)} of {quoted(self.minority)} goes on without its lease")
            seen.append(f"{office} on {quoted(now.machine)} after {quoted(was.machine)}")
        return ruled(faults, listed(seen))


@dataclass(frozen=True, slots=True, kw_only=True)
class HealedByItself:
    """A network that is whole again is all that it takes."""

    name: ClassVar[str] = "healed-by-itself"
    claim: ClassVar[str] = (
        "Once the network was whole the member caught up with no command on any machine, and what it refused is nowhere"
    )
    minority: str
    machines: tuple[str, ...]
    before: str = Moment.BEFORE
    after: str = Moment.RECOVERED

    def __post_init__(self) -> None:
        if not self.machines:
            raise ValueError("no machine is named")

    def judge(self, record: Record) -> Ruling:
        """No command from the recovery's beginning to its end, the same boot, the same cluster, and nothing written."""
        typed = [event for name in self.machines for event in self._typed(record, name)]
        faults = []
        if typed:
            record.note(typed[0])
            lines = [f"{' '.join(map(str, one.data.get('argv', [])))}" for one in typed]
            faults.append(f"somebody ran on {quoted(typed[0].data.get('node'))}: {listed(lines)}")
        boots = [record.ask(BOOT_ID, self.minority, moment) for moment in (self.before, self.after)]
        if boots[0] != boots[1]:
            faults.append(f"{quoted(self.minority)} was booted meanwhile")
        was, now = (record.ask(ETCD_MEMBERS, self.minority, moment) for moment in (self.before, self.after))
        if was.header.cluster_id != now.header.cluster_id:
            faults.append(f"{quoted(self.minority)} is a member of another cluster")
        for fact in (ETCD_PARTED_KEY, ETCD_PARTED_OBJECT):
            if record.ask(fact, self.minority, self.after):
                faults.append(f"what {quoted(self.minority)} refused is there: {fact.argv[-1]}")
        return ruled(faults, f"no command on {counted(len(self.machines), 'machine')}, the same boot, nothing written")

    def _typed(self, record: Record, machine: str) -> list[Event]:
        start, end = (next(record.of(Kind.RECOVERY, state=state), None) for state in ("start", "end"))
        if start is None or end is None:
            raise UntoldError("a planned check never ran: the journal knows no recovery that ended")
        between = range(start.seq, end.seq)
        return [event for event in record.history.of(Kind.COMMAND, node=machine) if event.seq in between]


@dataclass(frozen=True, slots=True, kw_only=True)
class Rejoined:
    """It does not take long."""

    name: ClassVar[str] = "rto-rejoined"
    claim: ClassVar[str] = "Whoever was away or cut off was a member again, and its Node Ready, within the RTO"
    target_seconds: float

    def judge(self, record: Record) -> Ruling:
        """From when the network was to be whole again until the recovery's end."""
        start, end = (next(record.of(Kind.RECOVERY, state=state), None) for state in ("start", "end"))
        if start is None or end is None:
            raise UntoldError("a planned check never ran: the journal knows no recovery that ended")
        took = end.mono - start.mono
        if took > self.target_seconds:
            over = seconds(took - self.target_seconds)
            return broken(f"it took {seconds(took)}; the RTO of {seconds(self.target_seconds)} was exceeded by {over}")
        return held(f"it took {seconds(took)} of {seconds(self.target_seconds)}")
