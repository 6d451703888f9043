"""Checks that nothing secret and nothing at all is left behind."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from harness.facts import WITNESS, Moment
from harness.facts.pki import PKI_FILES
from harness.facts.witness import BACKUP_FILES, HOST_AUDIT, SECRET_SCAN
from harness.verdict.record import Record, UntoldError
from harness.verdict.ruling import Ruling, ruled
from harness.verdict.wording import counted, listed, quoted


@dataclass(frozen=True, slots=True, kw_only=True)
class KeysPrivate:
    """Keys and kubeconfigs on the recovered machine are for their owner alone."""

    name: ClassVar[str] = "keys-private"
    claim: ClassVar[str] = "Keys and kubeconfigs on the recovered machine can be read by their owner alone"
    machine: str
    after: str = Moment.RECOVERED

    def judge(self, record: Record) -> Ruling:
        """No mode lets a group or others in."""
        secret = [file for file in record.ask(PKI_FILES, self.machine, self.after) if file.is_secret]
        if not secret:
            raise UntoldError(f"nothing was measured: {quoted(self.machine)} has no keys under /etc/kubernetes")
        loose = [f"{file.path} ({file.mode:04o})" for file in secret if not file.is_private]
        return ruled(
            [f"others can read {listed(loose)}"] if loose else [], f"{counted(len(secret), 'file')}, all private"
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class BackupFilesPrivate:
    """Backups hold keys, so nobody else may read them."""

    name: ClassVar[str] = "backup-files-private"
    claim: ClassVar[str] = "The files of the backup have mode 0600 or less"
    moment: str = Moment.BEFORE

    def judge(self, record: Record) -> Ruling:
        """No mode lets a group or others in."""
        files = record.ask(BACKUP_FILES, WITNESS, self.moment)
        if not files:
            raise UntoldError("nothing was measured: the backup has no files")
        loose = [f"{file.path} ({file.mode & 0o7777:04o})" for file in files if file.mode & 0o177]
        return ruled([f"not private: {listed(loose)}"] if loose else [], f"{counted(len(files), 'file')}, all private")


@dataclass(frozen=True, slots=True, kw_only=True)
class NoSecretsInReports:
    """The secrets that the drill knew are nowhere in its reports."""

    name: ClassVar[str] = "no-secrets-in-reports"
    claim: ClassVar[str] = "No secret of the cluster is in the reports"
    moment: str = Moment.END

    def judge(self, record: Record) -> Ruling:
        """A scan that looked at something found nothing."""
        scan = record.ask(SECRET_SCAN, WITNESS, self.moment)
        if scan.scanned == 0:
            raise UntoldError("nothing was measured: no file was searched for secrets")
        faults = [f"a secret is in {listed(scan.found)}"] if scan.found else []
        return ruled(faults, f"{counted(scan.scanned, 'file')} searched")


@dataclass(frozen=True, slots=True, kw_only=True)
class HostClean:
    """The drill left the host as it found it."""

    name: ClassVar[str] = "host-clean"
    claim: ClassVar[str] = "Nothing is left on the host, and its clock and sysctls are untouched"
    moment: str = Moment.END
    clock_tolerance_seconds: float = 1.0

    def judge(self, record: Record) -> Ruling:
        """Leaks, the clock's shift and changed sysctls are named."""
        audit = record.ask(HOST_AUDIT, WITNESS, self.moment)
        faults = [f"left on the host: {listed(audit.leaks)}"] if audit.leaks else []
        if abs(audit.clock_shift_seconds) > self.clock_tolerance_seconds:
            faults.append(f"the host's clock was shifted by {audit.clock_shift_seconds:.3f} s")
        if audit.sysctls_changed:
            faults.append(f"sysctls of the host were changed: {listed(sorted(audit.sysctls_changed))}")
        found = f"; of dead runs there was {listed(audit.found_before)} before it" if audit.found_before else ""
        return ruled(faults, f"nothing leaked, clock and sysctls as before{found}")
