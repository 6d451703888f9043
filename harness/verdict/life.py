"""Checks that the cluster does its work again."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from harness.facts import CLUSTER, WITNESS, Moment
from harness.facts.life import API_WRITE, RESOLVE, ROLLOUT, SCHEDULING, SERVICE, Lifesign
from harness.facts.witness import VOLUME_BYTES
from harness.verdict.record import Record, UntoldError
from harness.verdict.ruling import Ruling, broken, held, ruled
from harness.verdict.wording import counted, listed, quoted


@dataclass(frozen=True, slots=True, kw_only=True)
class NewWrite:
    """The API takes a write."""

    name: ClassVar[str] = "new-write"
    claim: ClassVar[str] = "A new object can be written and is read back"
    after: str = Moment.RECOVERED

    def judge(self, record: Record) -> Ruling:
        """The trial worked."""
        return _tried(record, API_WRITE, self.after, "a new object could not be written and read back")


@dataclass(frozen=True, slots=True, kw_only=True)
class Rollout:
    """Controllers work."""

    name: ClassVar[str] = "rollout"
    claim: ClassVar[str] = "A Deployment can be rolled out"
    after: str = Moment.RECOVERED

    def judge(self, record: Record) -> Ruling:
        """The trial worked."""
        return _tried(record, ROLLOUT, self.after, "a rollout did not complete")


@dataclass(frozen=True, slots=True, kw_only=True)
class Scheduling:
    """The scheduler works."""

    name: ClassVar[str] = "scheduling"
    claim: ClassVar[str] = "A new pod is scheduled and runs"
    after: str = Moment.RECOVERED

    def judge(self, record: Record) -> Ruling:
        """The trial worked."""
        return _tried(record, SCHEDULING, self.after, "a new pod was not scheduled")


@dataclass(frozen=True, slots=True, kw_only=True)
class Service:
    """Service addresses lead to pods."""

    name: ClassVar[str] = "service"
    claim: ClassVar[str] = "A Service answers on its cluster address"
    after: str = Moment.RECOVERED

    def judge(self, record: Record) -> Ruling:
        """The trial worked."""
        return _tried(record, SERVICE, self.after, "the Service did not answer")


@dataclass(frozen=True, slots=True, kw_only=True)
class Dns:
    """Pods can look names up."""

    name: ClassVar[str] = "dns"
    claim: ClassVar[str] = "A pod resolves the name of the API's Service"
    subject: str = CLUSTER
    expected: str = ""
    after: str = Moment.RECOVERED

    def judge(self, record: Record) -> Ruling:
        """An address came back, and the expected one where one is named."""
        found = record.ask(RESOLVE, self.subject, self.after)
        if not found:
            return broken("a pod could not resolve kubernetes.default.svc.cluster.local: DNS does not answer")
        if self.expected and self.expected not in found:
            return broken(f"kubernetes.default.svc.cluster.local resolves to {listed(found)}, not {self.expected}")
        return held(f"kubernetes.default.svc.cluster.local is {listed(found)}")


@dataclass(frozen=True, slots=True, kw_only=True)
class VolumeBytesKept:
    """The bytes on the canaries' volumes are those of before."""

    name: ClassVar[str] = "volume-bytes"
    claim: ClassVar[str] = "The files on the volumes have the same bytes as before"
    subject: str = WITNESS
    before: str = Moment.BEFORE
    after: str = Moment.RECOVERED

    def judge(self, record: Record) -> Ruling:
        """Each file of before is there with the same digest; new files may be there too."""
        before = record.ask(VOLUME_BYTES, self.subject, self.before)
        if not before:
            raise UntoldError("nothing was measured: there was no file on any volume before the fault")
        after = record.ask(VOLUME_BYTES, self.subject, self.after)
        missing = [path for path in sorted(before) if path not in after]
        other = [path for path in sorted(before) if path in after and before[path] != after[path]]
        faults = [
            *(
                [f"{counted(len(missing), 'file')} missing on the data disk 'volumes': {listed(missing)}"]
                if missing
                else []
            ),
            *([f"{counted(len(other), 'file')} with other bytes: {listed(other)}"] if other else []),
        ]
        return ruled(faults, f"{counted(len(before), 'file')} with the same digest")


def _tried(record: Record, sign: Lifesign, moment: str, sentence: str) -> Ruling:
    trial = record.ask(sign, CLUSTER, moment)
    if not trial.ok:
        return broken(f"{sentence}: {trial.saw or f'{quoted(sign.name)} failed without a word'}")
    return held(trial.saw or "it worked")
