"""What was done, by whom, with which expectation, and what came of it."""

from __future__ import annotations

from harness.journal import Event, Kind
from harness.report.compliance.dossier import Tested
from harness.report.compliance.layout import table
from harness.report.element import Element
from harness.report.text import duration, trimmed
from harness.verdict.timeline import Span, phases
from harness.verdict.wording import counted

_TITLES = ("UTC", "Step", "Actor", "Expected", "What came of it")
_LIMIT = 220
#: For each phase: who acts, and what is expected of it.
_EXPECTED = {
    "lab": ("harness", "Machines stand, on a network of their own."),
    "cluster": ("harness", "kubeadm builds the cluster, and the workloads run."),
    "schedule": ("control plane", "Backups come by themselves from now on."),
    "baseline": ("witness", "Everything that will be compared is on record."),
    "backup": ("harness", "The backup lies off the machines, each file with its digest."),
    "upload": ("control plane", "One more backup arrives, and the next is under way."),
    "fault": ("harness", "The loss happens."),
    "proof": ("witness", "Facts differ from those of before: the loss is real."),
    "outage": ("witness", "What goes on without what was lost is on record."),
    "parted": ("witness", "What each side of the parted network does is on record."),
    "refusals": ("recovery", "Bad backups are refused before anything is touched."),
    "recovery": ("recovery", "It ends, in the time that is allowed."),
    "takeovers": ("harness", "Whoever leads is killed, and another takes over."),
    "judgement": ("witness", "All planned questions are asked, and a spare machine joins."),
    "reboot": ("harness", "What was recovered survives one more loss of power."),
    "teardown": ("harness", "Nothing of the lab is left on the host."),
}
_LISTED = (Kind.FAULT, Kind.RECOVERY, Kind.ERROR, Kind.FACT)


def steps(tested: Tested) -> Element:
    """The phases of a drill as a table."""
    history = tested.history
    told = [event for event in history.events if event.kind in _LISTED]
    rows = [_row(phase, [one for one in told if phase.start <= one.mono <= phase.end]) for phase in phases(history)]
    return table(_TITLES, rows, class_="steps")


def _row(phase: Span, events: list[Event]) -> tuple[str, str, str, str, str]:
    actor, expected = _EXPECTED.get(phase.name, ("harness", "It ends."))
    return (phase.at.strftime("%H:%M:%S"), phase.name, _actor(actor, events), expected, _actual(phase, events))


def _actor(actor: str, events: list[Event]) -> str:
    recovery = next((event for event in events if event.kind is Kind.RECOVERY), None)
    if actor == "recovery" and recovery is not None:
        return f"recovery '{recovery.data.get('recovery')}' on '{recovery.data.get('node')}'"
    return actor


def _actual(phase: Span, events: list[Event]) -> str:
    said = [text for event in events if (text := _said(event))]
    asked = sum(event.kind is Kind.FACT for event in events)
    if asked:
        said.append(f"{counted(asked, 'fact')} on record")
    ended = f"never ended; the record stops after {duration(phase.seconds)}" if phase.open else duration(phase.seconds)
    return trimmed(f"{'; '.join([*dict.fromkeys(said), ended])}.", 2 * _LIMIT).replace("\n", " ")


def _said(event: Event) -> str:
    data = event.data
    if event.kind is Kind.ERROR:
        return f"error: {trimmed(str(data.get('message') or ''), _LIMIT)}"
    if event.kind is Kind.FAULT and data.get("state") == "end":
        return f"'{data.get('fault')}' struck '{data.get('node')}'"
    if event.kind is Kind.RECOVERY and data.get("state") == "failed":
        return f"gave up: {trimmed(str(data.get('cause') or 'no cause'), _LIMIT)}"
    if event.kind is Kind.RECOVERY and data.get("state") == "refused":
        return f"refused '{data.get('backup')}'"
    return "completed" if event.kind is Kind.RECOVERY and data.get("state") == "end" else ""
