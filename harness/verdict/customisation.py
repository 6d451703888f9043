"""Checks of what the control plane had beyond kubeadm's defaults."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from harness.facts import CLUSTER, Moment
from harness.facts.config import KUBELET_SETTINGS
from harness.facts.life import ADMISSION, SECOND_SCHEDULER
from harness.verdict.configuration import compared
from harness.verdict.record import Record, UntoldError
from harness.verdict.ruling import Ruling, broken, held
from harness.verdict.wording import changed, quoted


@dataclass(frozen=True, slots=True, kw_only=True)
class SecondScheduler:
    """The second scheduler still schedules."""

    name: ClassVar[str] = "second-scheduler"
    claim: ClassVar[str] = "A pod that asks for the second scheduler is scheduled by it, as before"
    before: str = Moment.BEFORE
    after: str = Moment.RECOVERED

    def judge(self, record: Record) -> Ruling:
        """It worked before, and works now."""
        was, now = (record.ask(SECOND_SCHEDULER, CLUSTER, moment) for moment in (self.before, self.after))
        if not was.ok:
            raise UntoldError(f"nothing was measured: the second scheduler did not work before the fault: {was.saw}")
        if not now.ok:
            return broken(f"the second scheduler is gone: nobody schedules a pod that asks for it: {now.saw}")
        return held(now.saw or "it worked")


@dataclass(frozen=True, slots=True, kw_only=True)
class AdmissionBites:
    """The API server still refuses what its admission configuration forbids."""

    name: ClassVar[str] = "admission"
    claim: ClassVar[str] = "A privileged pod is refused by the API server's own admission configuration, as before"
    before: str = Moment.BEFORE
    after: str = Moment.RECOVERED

    def judge(self, record: Record) -> Ruling:
        """It was refused before, and is refused now in the same words."""
        was, now = (record.ask(ADMISSION, CLUSTER, moment) for moment in (self.before, self.after))
        if not was:
            raise UntoldError("nothing was measured: a privileged pod was admitted already before the fault")
        if not now:
            return broken("a privileged pod is admitted now: the admission configuration of the API server is gone")
        return broken(changed("the refusal of a privileged pod", was, now)) if now != was else held(now)


@dataclass(frozen=True, slots=True, kw_only=True)
class KubeletRunsAsBefore:
    """kubelet runs with the settings of before, wherever they came from."""

    name: ClassVar[str] = "kubelet-settings"
    claim: ClassVar[str] = "kubelet of the recovered machine runs with the settings of before"
    machine: str
    before: str = Moment.BEFORE
    after: str = Moment.RECOVERED

    def judge(self, record: Record) -> Ruling:
        """Each setting is compared."""
        was, now = (record.ask(KUBELET_SETTINGS, self.machine, moment) for moment in (self.before, self.after))
        return compared(was, now, f"the kubelet of {quoted(self.machine)}")
