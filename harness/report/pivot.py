"""The moment at which a drill broke: the line of its journal, the claim, and what was going on."""

from __future__ import annotations

from dataclasses import dataclass

from harness.facts import CLUSTER, WITNESS
from harness.journal import Event, History, Kind
from harness.verdict import Finding, Outcome, Verdict, Word

_TROUBLE = (Outcome.BROKEN, Outcome.ERRORED, Outcome.BLOCKED)
#: These come by the second, and drown everything else.
_FREQUENT = frozenset({Kind.LEDGER, Kind.PROBE, Kind.WATCH, Kind.MEMORY})
_BEFORE, _AFTER = 7, 4
#: How many lines before an error the command that it is about may stand: its waits and its phase end in between.
_REACH = 6


@dataclass(frozen=True, slots=True, kw_only=True)
class Pivot:
    """Where a drill broke."""

    event: Event
    #: None where the lab broke, and no claim.
    finding: Finding | None
    #: The phase that it was in, and the line that began it.
    phase: str
    since: int

    @property
    def machine(self) -> str:
        """The machine that it happened on; empty where it was none of them."""
        data = self.event.data
        named = data.get("node") or data.get("subject") or ""
        if named in ("", WITNESS, CLUSTER) and self.finding is not None:
            named = self.finding.params.get("machine") or ""
        return "" if named in (WITNESS, CLUSTER) else str(named)


def pivot(verdict: Verdict, history: History) -> Pivot | None:
    """Where a drill that failed or erred broke; None where it passed, or where nothing on record tells."""
    if verdict.passed:
        return None
    finding = _first(verdict)
    event = _moment(verdict, history, finding)
    if event is None:
        return None
    begun = [one for one in history.of(Kind.PHASE, state="start") if one.seq <= event.seq]
    ended = [one for one in history.of(Kind.PHASE, state="end") if one.seq < event.seq]
    open_ = begun[-1] if begun and not any(one.seq > begun[-1].seq for one in ended) else None
    return Pivot(
        event=event,
        finding=finding,
        phase=str(open_.data.get("name") or "") if open_ is not None else "",
        since=open_.seq if open_ is not None else max(event.seq - 1, 0),
    )


def around(history: History, event: Event) -> tuple[Event, ...]:
    """The lines of the journal before and after an event, without those that come by the second."""
    quiet = [one for one in history.events if one.kind not in _FREQUENT or one.seq == event.seq]
    place = next(number for number, one in enumerate(quiet) if one.seq == event.seq)
    return tuple(quiet[max(place - _BEFORE, 0) : place + _AFTER + 1])


def _first(verdict: Verdict) -> Finding | None:
    """The claim whose cause is that of the verdict."""
    trouble = [one for outcome in _TROUBLE for one in verdict.of(outcome) if one.required and one.cause]
    return next((one for one in trouble if verdict.cause.startswith(one.cause)), None)


def _moment(verdict: Verdict, history: History, finding: Finding | None) -> Event | None:
    failure = history.first(Kind.RECOVERY, state="failed")
    error = history.first(Kind.ERROR)
    if verdict.word is Word.ERRORED and error is not None and finding is None:
        return _failed_before(history, error)
    if failure is not None and verdict.word is Word.FAILED:
        return _failed_before(history, failure)
    if finding is not None and finding.evidence and finding.evidence[-1] < len(history.events):
        return history.events[finding.evidence[-1]]
    return error or failure or (history.events[-1] if history.events else None)


def _failed_before(history: History, error: Event) -> Event:
    """The command that an error is about, if one failed just before it."""
    quiet = [one for one in history.events[: error.seq] if one.kind not in _FREQUENT][-_REACH:]
    commands = [one for one in quiet if one.kind is Kind.COMMAND and one.data.get("status") not in (0, None)]
    return commands[-1] if commands else error
