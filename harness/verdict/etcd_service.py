"""Checks of an etcd that is a service, and of the API server that is its client."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from harness.facts import CLUSTER, Moment
from harness.facts.etcd_service import ACCOUNT, ETCD_FILES, ETCD_PROCESS, OWN_PKI
from harness.facts.objects import PODS
from harness.facts.pki import FileMode
from harness.verdict.record import Record, UntoldError
from harness.verdict.ruling import Ruling, broken, held, ruled
from harness.verdict.wording import changed, counted, listed, quoted


@dataclass(frozen=True, slots=True, kw_only=True)
class EtcdService:
    """What was restored is what runs, and it belongs to the account that runs it."""

    name: ClassVar[str] = "etcd-service"
    claim: ClassVar[str] = (
        "etcd runs from the restored directory under its own account, and nobody else gets at its data or its keys"
    )
    machine: str
    directory: str
    account: str = ACCOUNT
    moments: tuple[str, ...] = (Moment.RECOVERED, Moment.REBOOTED)

    def __post_init__(self) -> None:
        if not self.moments:
            raise ValueError("no moment is named")

    def judge(self, record: Record) -> Ruling:
        """The running process, and all files below its directory, at each moment."""
        faults, files = [], 0
        for moment in self.moments:
            process = record.ask(ETCD_PROCESS, self.machine, moment)
            if process.account != self.account:
                faults.append(f"etcd runs as {quoted(process.account)} at '{moment}', not as {quoted(self.account)}")
            if process.data_dir != self.directory:
                faults.append(f"etcd runs from {process.data_dir} at '{moment}', not from {self.directory}")
                continue
            told = record.ask(ETCD_FILES, self.machine, moment)
            data = [file for file in told if self._is_below(file.path, self.directory)]
            if not data:
                raise UntoldError(f"nothing was measured: nothing lies in {self.directory} at '{moment}'")
            keys = [file for file in told if self._is_below(file.path, OWN_PKI)]
            # In a directory of its own etcd makes some files that others might read, if only they got in.
            doors = [*(file for file in data if file.path == self.directory), *keys]
            faults += self._strange([*data, *keys], doors, moment)
            files = len(data)
        return ruled(
            faults,
            f"{counted(files, 'file')} of {quoted(self.account)} in {self.directory}, which nobody else may enter",
        )

    @staticmethod
    def _is_below(path: str, folder: str) -> bool:
        return path == folder or path.startswith(f"{folder}/")

    def _strange(self, files: list[FileMode], doors: list[FileMode], moment: str) -> list[str]:
        foreign = [f"{file.path} ({file.owner})" for file in files if file.owner != self.account]
        loose = [f"{file.path} ({file.mode:04o})" for file in doors if not file.is_private]
        return [
            *([f"not of {quoted(self.account)} at '{moment}': {listed(foreign)}"] if foreign else []),
            *([f"others are let in at '{moment}': {listed(loose)}"] if loose else []),
        ]


@dataclass(frozen=True, slots=True, kw_only=True)
class ApiServerStayed:
    """Nobody had to start the API server for it to find its etcd again."""

    name: ClassVar[str] = "api-server-stayed"
    claim: ClassVar[str] = "The API server finds its etcd again by itself: it was never started anew"
    machine: str
    program: str = "kube-apiserver"
    before: str = Moment.BEFORE
    after: str = Moment.RECOVERED

    def judge(self, record: Record) -> Ruling:
        """Its container began when it had begun before the fault."""
        was, now = (self._began(record, moment) for moment in (self.before, self.after))
        if not was:
            raise UntoldError(f"nothing was measured: no {self.program} ran on {quoted(self.machine)} before the fault")
        if now != was:
            return broken(changed(f"the start of {self.program} on {quoted(self.machine)}", was, now or "unknown"))
        return held(f"{self.program} on {quoted(self.machine)} runs since {was}")

    def _began(self, record: Record, moment: str) -> str:
        title = f"kube-system/{self.program}-{self.machine}"
        return next((pod.started for pod in record.ask(PODS, CLUSTER, moment) if pod.title == title), "")
