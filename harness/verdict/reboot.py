"""The check that what was recovered also survives an ordinary reboot."""

from __future__ import annotations

import contextlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import ClassVar

from harness.facts import CLUSTER, Moment
from harness.facts.boot import BOOT_ID
from harness.facts.objects import PODS
from harness.facts.pki import CA_CERT
from harness.journal import Event, Kind
from harness.verdict.etcd import EtcdOnDataDisk
from harness.verdict.life import NewWrite
from harness.verdict.measure import number
from harness.verdict.pods import ADD_ONS, AddOnsRunning
from harness.verdict.record import Record, UntoldError
from harness.verdict.ruling import Check, Outcome, Ruling, broken, held
from harness.verdict.state import ObjectsSurvived
from harness.verdict.wording import quoted

#: A probe gives up after a second, and after six where processors are emulated; whoever is silent for longer is silent.
_STUMBLE_SECONDS = 10.0


@dataclass(frozen=True, slots=True, kw_only=True)
class AfterReboot:
    """One more reboot of the recovered machine changes nothing."""

    name: ClassVar[str] = "after-reboot"
    claim: ClassVar[str] = "All of this still holds after one more reboot of the recovered machine"
    machine: str
    namespaces: tuple[str, ...] = ADD_ONS
    ignoring: tuple[str, ...] = ()
    #: The machines that etcd has to itself, and that were booted with it; none where it is a pod of this one.
    etcd: tuple[str, ...] = ()
    #: Whether the machine has an etcd of its own.
    control_plane: bool = True
    #: The data disk is another one since the recovery.
    fresh_disk: bool = False
    #: What it calls itself since the recovery, where that is another name than before.
    renamed: Mapping[str, str] = field(default_factory=dict)
    probes: tuple[str, ...] = ("app-read", "app-write")
    before: str = Moment.BEFORE
    recovered: str = Moment.RECOVERED
    after: str = Moment.REBOOTED

    def __post_init__(self) -> None:
        if not self.probes:
            raise ValueError("no probe is named")

    def judge(self, record: Record) -> Ruling:
        """It booted anew, the API took a write, and disk, CA, objects and pods are those of before."""
        after = f"after one more reboot of {quoted(self.machine)}: "
        write = NewWrite(after=self.after).judge(record)
        if write.outcome is not Outcome.HELD:
            return broken(after + self._why(record, write.cause))
        for name in (self.machine, *self.etcd):
            was = record.ask(BOOT_ID, name, self.recovered)
            if record.ask(BOOT_ID, name, self.after) == was:
                return broken(f"{quoted(name)} did not reboot: its boot id is still {was}")
        for check in self._parts():
            ruling = check.judge(record)
            if ruling.outcome is not Outcome.HELD:
                return broken(after + ruling.cause)
        silent = self._silent(record)
        if silent:
            return broken(f"{after}the canary never answered {silent} again")
        stale = self._stale(record)
        if stale:
            return broken(f"{after}the API still tells of before it: {stale} was not started anew")
        ca = [record.ask(CA_CERT, self.machine, moment).join_hash for moment in (self.before, self.after)]
        if ca[0] != ca[1]:
            return broken(f"{after}the join hash in ca.crt is no longer {ca[0]}")
        disk = "data disk, " if self.control_plane else ""
        return held(f"API, {disk}join hash, objects and pods as before")

    def _silent(self, record: Record) -> str:
        """A probe of the canaries that had no good answer in the end, nor any since the reboot."""
        for probe in self.probes:
            told = record.history.last(Kind.PROBE, probe=probe)
            if told is None:
                raise UntoldError(f"a planned check never ran: the probe {quoted(probe)} is not in the journal")
            record.note(told)
            if told.data.get("ok") is not True and not self._stumbled(record, told):
                return quoted(probe)
        return ""

    def _stumbled(self, record: Record, told: Event) -> bool:
        """One slow answer in the moment in which all ends is no silence, if a good one came since the reboot."""
        reboot = record.history.last(Kind.PHASE, name="reboot", state="start")
        answered = number(told, "last_ok")
        if reboot is None or answered is None or told.mono - answered > _STUMBLE_SECONDS:
            return False
        answers = record.history.of(Kind.PROBE, probe=told.data.get("probe"), ok=True)
        return any(record.note(one) for one in answers if one.seq > reboot.seq)

    def _stale(self, record: Record) -> str:
        """A pod of the machine whose containers are still those of before the reboot: its 'Ready' is old news."""
        was = {pod.metadata.uid: pod.started for pod in record.ask(PODS, CLUSTER, self.recovered)}
        called = self.renamed.get(self.machine, self.machine)
        now = [pod for pod in record.ask(PODS, CLUSTER, self.after) if pod.spec.node == called and pod.is_ready]
        return next((pod.title for pod in now if pod.started <= was.get(pod.metadata.uid, "")), "")

    def _why(self, record: Record, cause: str) -> str:
        """An API that stays away is most often an etcd without its disk."""
        for disk in self._disks():
            with contextlib.suppress(UntoldError):
                found = disk.judge(record).cause
                if found:
                    return f"{cause}; {found}"
        return cause

    def _parts(self) -> tuple[Check, ...]:
        return (
            *self._disks(),
            ObjectsSurvived(machine=self.machine, ignoring=self.ignoring, before=self.before, after=self.after),
            AddOnsRunning(namespaces=self.namespaces, renamed=self.renamed, before=self.before, after=self.after),
        )

    def _disks(self) -> tuple[EtcdOnDataDisk, ...]:
        return tuple(
            EtcdOnDataDisk(
                machine=name,
                before=self.before,
                fresh=self.fresh_disk,
                service=bool(self.etcd),
                moments=(self.recovered, self.after) if self.fresh_disk else (self.after,),
            )
            for name in self.etcd or ((self.machine,) if self.control_plane else ())
        )
