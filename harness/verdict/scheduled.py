"""Checks of backups that come by themselves."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import ClassVar

from harness.facts import WITNESS, Moment
from harness.facts.old_job import OLD_JOB_VERSION, OLD_MASTERS
from harness.facts.vault import CHOSEN_BACKUP, VAULT_CONTENT, StoredBackup, newest_whole
from harness.facts.witness import API_LEDGER
from harness.journal import Kind
from harness.verdict.measure import loss, read_back
from harness.verdict.record import Record, UntoldError
from harness.verdict.ruling import Ruling, broken, held, ruled
from harness.verdict.timeline import fault_start
from harness.verdict.wording import counted, listed, quoted, seconds

#: A run that begins so late, in parts of the interval, is not late any more but missed.
_MISSED = 1.5
#: For what a journal rounds, and the wall clocks of two machines.
_SLACK_SECONDS = 2.0


def _whole(record: Record, vault: str, moment: str) -> list[StoredBackup]:
    found = [one for one in record.ask(VAULT_CONTENT, vault, moment) if not one.why_not_whole]
    return sorted(found, key=lambda one: one.taken)


@dataclass(frozen=True, slots=True, kw_only=True)
class BackupsOnTime:
    """No backup was missed."""

    name: ClassVar[str] = "backups-on-time"
    claim: ClassVar[str] = "Each interval before the fault has brought a whole backup into the vault"
    vault: str
    every_seconds: float
    then: str = Moment.FAULTED

    def judge(self, record: Record) -> Ruling:
        """From one whole backup to the next, and from the last to the fault, it is never much more than an interval."""
        fault = fault_start(record.history)
        if fault is None:
            raise UntoldError("a planned check never ran: the journal knows no fault")
        whole = _whole(record, self.vault, self.then)
        if not whole:
            return broken("the vault holds no whole backup")
        # The run that the fault cut has not been missed.
        marks = [*(one.taken for one in whole), record.note(fault).at]
        gaps = [((after - before).total_seconds(), before) for before, after in pairwise(marks)]
        allowed = [self.every_seconds * _MISSED] * (len(whole) - 1) + [self._until_fault(whole)]
        faults = [
            f"{counted(max(1, round(gap / self.every_seconds) - 1), 'run')} missed after {before:%H:%M:%S}:"
            f" no whole backup for {seconds(gap)}, and one was due every {seconds(self.every_seconds)}"
            for (gap, before), most in zip(gaps, allowed, strict=True)
            if gap > most
        ]
        return ruled(faults, f"{counted(len(whole), 'whole backup')}, the last {seconds(gaps[-1][0])} before the fault")

    def _until_fault(self, whole: list[StoredBackup]) -> float:
        """The next run has begun by then, and may take what another took, and as long again on a slow way."""
        longest = max(one.arrived - one.taken.timestamp() for one in whole)
        return self.every_seconds * _MISSED + longest + _SLACK_SECONDS


@dataclass(frozen=True, slots=True, kw_only=True)
class RetentionKept:
    """Old backups go, and the newest whole ones stay."""

    name: ClassVar[str] = "retention-kept"
    claim: ClassVar[str] = "The vault keeps as many whole backups as it was told, the newest, and drops older ones"
    vault: str
    keep: int
    before: str = Moment.BEFORE
    then: str = Moment.FAULTED

    def judge(self, record: Record) -> Ruling:
        """Of those that were there before some have gone, and as many as are wanted are left."""
        was = {one.name for one in _whole(record, self.vault, self.before)}
        now = _whole(record, self.vault, self.then)
        if len(now) != self.keep:
            said = "the vault holds no whole backup" if not now else f"{counted(len(now), 'whole backup')} are there"
            return broken(f"{said}, and {self.keep} are to be kept")
        gone = sorted(was - {one.name for one in now})
        if not gone:
            raise UntoldError("nothing was measured: no backup had to go")
        return held(f"{listed(quoted(one.name) for one in now)} kept, {listed(map(quoted, gone))} dropped")


@dataclass(frozen=True, slots=True, kw_only=True)
class NewestWholeChosen:
    """What was cut on its way is never restored."""

    name: ClassVar[str] = "newest-whole-chosen"
    claim: ClassVar[str] = "The newest whole backup is restored, and not the newer one whose upload was cut"
    vault: str
    then: str = Moment.FAULTED
    after: str = Moment.RECOVERED

    def judge(self, record: Record) -> Ruling:
        """By manifests and digests, not by name."""
        stored = record.ask(VAULT_CONTENT, self.vault, self.then)
        best = newest_whole(stored)
        if best is None:
            return broken("the vault holds no whole backup")
        cut = [one for one in stored if one.why_not_whole and one.arrived > best.arrived]
        if not cut:
            return broken("no upload was under way when the fault struck: no backup was being taken")
        choice = record.ask(CHOSEN_BACKUP, WITNESS, self.after)
        if choice.chosen != best.name:
            return broken(f"{quoted(choice.chosen)} was restored, and the newest whole backup is {quoted(best.name)}")
        told = f"{quoted(cut[-1].name)} is not whole: {cut[-1].why_not_whole}"
        return held(f"{quoted(best.name)} of {best.taken:%H:%M:%S}; {told}")


@dataclass(frozen=True, slots=True, kw_only=True)
class LossWithinSchedule:
    """What is lost is what the schedule leaves open."""

    name: ClassVar[str] = "loss-within-schedule"
    claim: ClassVar[str] = "No more is lost than an interval and a backup take, or two intervals after a missed run"
    vault: str
    every_seconds: float
    #: How old a snapshot may be when it is sent.
    lag_seconds: float = 0.0
    then: str = Moment.FAULTED
    after: str = Moment.RECOVERED

    def judge(self, record: Record) -> Ruling:
        """The measured loss against what the vault says of the runs."""
        fault = fault_start(record.history)
        kept = record.ask(API_LEDGER, WITNESS, self.after)
        read = read_back(record.history, API_LEDGER, self.after)
        lost = loss(record.history, API_LEDGER.stream, kept, read) if read is not None else None
        whole = _whole(record, self.vault, self.then)
        if fault is None or lost is None or not whole:
            raise UntoldError("nothing was measured: there is no fault, no whole backup or no ledger")
        took = max(one.arrived - one.taken.timestamp() for one in whole)
        age = (record.note(fault).at - whole[-1].taken).total_seconds()
        missed = min(1, int(age // self.every_seconds))
        allowed = self.every_seconds * (1 + missed) + took + self.lag_seconds + _SLACK_SECONDS
        under = f"an interval of {seconds(self.every_seconds)}{', one run that was cut' if missed else ''}"
        bound = f"{under} and {seconds(took)} for a backup allow {seconds(allowed)}"
        if lost.seconds > allowed:
            return broken(f"{seconds(lost.seconds)} of writes are lost, and {bound}")
        return held(f"{seconds(lost.seconds)} of writes are lost; {bound}")


@dataclass(frozen=True, slots=True, kw_only=True)
class JobAsWritten:
    """What runbooks of years ago say of the same job."""

    name: ClassVar[str] = "job-as-written"
    claim: ClassVar[str] = (
        "The CronJob of an old runbook, a `batch/v1beta1` tied to a `master` by its name, can be made"
    )
    machine: str
    before: str = Moment.BEFORE

    def judge(self, record: Record) -> Ruling:
        """The API has to know its version, and some machine the label by which it finds its own."""
        served = record.ask(OLD_JOB_VERSION, self.machine, self.before)
        found = record.ask(OLD_MASTERS, self.machine, self.before)
        faults = [] if served else ["the API serves no `batch/v1beta1` any more, and refuses it"]
        faults += [] if found else ["no machine has the label `node-role.kubernetes.io/master`"]
        return ruled(faults, f"it is served, and would be tied to {quoted(found[0])}" if found else "it is served")


@dataclass(frozen=True, slots=True, kw_only=True)
class ScheduleBack:
    """A cluster that came back without its backups is lost the next time."""

    name: ClassVar[str] = "schedule-back"
    claim: ClassVar[str] = "Once the cluster is back, backups come by themselves again, with no command"
    vault: str
    then: str = Moment.FAULTED
    after: str = Moment.REBOOTED

    def judge(self, record: Record) -> Ruling:
        """A whole backup that began after the recovery had ended."""
        end = next(record.of(Kind.RECOVERY, state="end"), None)
        if end is None:
            raise UntoldError("a planned check never ran: the journal knows no recovery that ended")
        known = {one.name for one in record.ask(VAULT_CONTENT, self.vault, self.then)}
        came = [one for one in _whole(record, self.vault, self.after) if one.name not in known]
        new = [one for one in came if one.taken >= record.note(end).at]
        if not new:
            return broken("no whole backup has come since the recovery")
        return held(
            f"{quoted(new[-1].name)}, begun {seconds((new[-1].taken - end.at).total_seconds())} after the recovery"
        )
