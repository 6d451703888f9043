"""The check that volumes are known not to go back with the API."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from harness.facts import WITNESS, Moment
from harness.facts.snapshot import SNAPSHOT_STATUS
from harness.facts.witness import API_LEDGER, VOLUME_LEDGER, LedgerReadBack
from harness.journal import Event
from harness.verdict.measure import acknowledged
from harness.verdict.record import Record, UntoldError
from harness.verdict.ruling import Ruling, broken, held
from harness.verdict.timeline import fault_start
from harness.verdict.wording import counted, listed


@dataclass(frozen=True, slots=True, kw_only=True)
class VolumesAhead:
    """What was written onto volumes since the snapshot is there, while the API knows nothing of that time."""

    name: ClassVar[str] = "volumes-ahead"
    claim: ClassVar[str] = "Volumes do not go back with the API: what was written onto them since the snapshot is there"
    machine: str
    before: str = Moment.BEFORE
    after: str = Moment.RECOVERED

    def judge(self, record: Record) -> Ruling:
        """Both ledgers, as far as they were written between the snapshot and the fault."""
        record.ask(SNAPSHOT_STATUS, self.machine, self.before)
        snapshot, fault = record.find(SNAPSHOT_STATUS, self.machine, self.before), fault_start(record.history)
        if snapshot is None or fault is None:
            raise UntoldError("a planned check never ran: the journal knows no fault")
        on_volume, lost = self._since(record, VOLUME_LEDGER, snapshot, fault)
        in_api, gone = self._since(record, API_LEDGER, snapshot, fault)
        if not on_volume:
            raise UntoldError("nothing was measured: no write onto the volume came between the snapshot and the fault")
        if lost:
            missing = counted(len(lost), "write")
            return broken(f"the volume lost {missing} since the snapshot, though it was spared: {listed(lost)}")
        return held(
            f"volumes did not go back: all of {counted(on_volume, 'write')} since the snapshot are on the volume,"
            f" {len(gone)} of {in_api} of the same time are gone from the API"
        )

    def _since(self, record: Record, ledger: LedgerReadBack, snapshot: Event, fault: Event) -> tuple[int, list[int]]:
        """How many writes there were, and which of them are missing now."""
        kept = record.ask(ledger, WITNESS, self.after)
        writes = acknowledged(record.history, ledger.stream)
        numbers = [number for number, event in writes if snapshot.mono < event.mono < fault.mono]
        return len(numbers), [number for number in numbers if number not in kept]
