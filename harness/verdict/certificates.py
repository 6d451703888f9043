"""Checks of the certificates of a control plane."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from harness.facts import Moment
from harness.facts.certificates import CERTIFICATES, IssuedCertificate
from harness.verdict.record import Record, UntoldError
from harness.verdict.ruling import Ruling, ruled
from harness.verdict.wording import counted, listed, quoted


@dataclass(frozen=True, slots=True, kw_only=True)
class CertificatesAsBefore:
    """What comes from the backup is what it was, and what is made anew is signed by the authority that it had."""

    name: ClassVar[str] = "certificates"
    claim: ClassVar[str] = "Certificates are those of before, or made anew on purpose and signed by their authorities"
    machine: str
    #: Those that the recovery makes anew, by name.
    remade: tuple[str, ...] = ()
    before: str = Moment.BEFORE
    after: str = Moment.RECOVERED

    def judge(self, record: Record) -> Ruling:
        """Serials and signatures are compared one by one."""
        was = self._by_name(record, self.before)
        loose = [name for name, one in was.items() if one.is_leaf and not one.signed_by]
        if loose:
            raise UntoldError(
                f"nothing was measured: nobody signed {listed(map(quoted, loose))} already before the fault"
            )
        now = self._by_name(record, self.after)
        gone = [name for name in was if name not in now]
        there = {name: (was[name], now[name]) for name in was if name in now}
        same = [name for name, (old, new) in there.items() if old.serial == new.serial]
        kept = [name for name in same if name in self.remade]
        other = [name for name in there if name not in same and name not in self.remade]
        unsigned = [name for name, (old, new) in there.items() if old.signed_by != new.signed_by]
        faults = [
            *([f"{listed(map(quoted, gone))} missing"] if gone else []),
            *([f"{listed(map(quoted, other))} made anew, although the backup has held it"] if other else []),
            *([f"{listed(map(quoted, kept))} not made anew"] if kept else []),
            *([f"{listed(map(quoted, unsigned))} not signed by the authority of before"] if unsigned else []),
        ]
        anew = f", {len(there) - len(same)} made anew and signed as before" if len(same) < len(there) else ""
        return ruled(
            [f"of the certificates of {quoted(self.machine)}: {'; '.join(faults)}"] if faults else [],
            f"{counted(len(same), 'certificate')} as before{anew}",
        )

    def _by_name(self, record: Record, moment: str) -> dict[str, IssuedCertificate]:
        return {one.name: one for one in record.ask(CERTIFICATES, self.machine, moment)}
