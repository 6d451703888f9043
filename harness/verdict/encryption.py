"""The check that what was encrypted stays encrypted, and readable."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from harness.facts import CLUSTER, Moment
from harness.facts.encryption import ENCRYPTED, SECRET_OVER_API, SECRETS_AT_REST
from harness.verdict.record import Record, UntoldError
from harness.verdict.ruling import Ruling, broken, held
from harness.verdict.wording import listed, quoted


@dataclass(frozen=True, slots=True, kw_only=True)
class SecretsEncrypted:
    """Secrets of before can be read, and those of before and of now lie encrypted in etcd."""

    name: ClassVar[str] = "secrets-encrypted"
    claim: ClassVar[str] = "Secrets lie encrypted in etcd, and the API reads those of before, as only their keys allow"
    before: str = Moment.BEFORE
    after: str = Moment.RECOVERED

    def judge(self, record: Record) -> Ruling:
        """etcd's own values begin with the mark of encryption, and the API gives back what was written."""
        clear = self._clear(record, self.before)
        if clear:
            raise UntoldError(f"nothing was measured: {clear} in the clear already before the fault")
        was, now = (record.ask(SECRET_OVER_API, CLUSTER, moment) for moment in (self.before, self.after))
        if was.refusal:
            raise UntoldError(
                f"nothing was measured: the API could not read the Secret before the fault: {was.refusal}"
            )
        if now.refusal:
            return broken(
                f"the API cannot read a Secret of before, so its encryption keys are not those of before: {now.refusal}"
            )
        if now.digest != was.digest:
            return broken("the API reads a Secret of before with another content: its encryption keys are others")
        clear = self._clear(record, self.after)
        if clear:
            return broken(f"{clear} in the clear: the API server encrypts no longer")
        marks = sorted(set(record.ask(SECRETS_AT_REST, CLUSTER, self.after).values()))
        return held(f"each value in etcd begins with {listed(map(quoted, marks))}, and is read as before")

    def _clear(self, record: Record, moment: str) -> str:
        """Which Secrets are stored as they are; no Secret at all is no measurement."""
        found = record.ask(SECRETS_AT_REST, CLUSTER, moment)
        absent = [name for name, begins in found.items() if not begins]
        if absent or not found:
            raise UntoldError(f"nothing was measured: etcd holds no Secret {listed(map(quoted, absent)) or 'at all'}")
        bare = [name for name, begins in found.items() if not begins.startswith(ENCRYPTED)]
        return f"the Secret {listed(map(quoted, bare))} is stored" if bare else ""
