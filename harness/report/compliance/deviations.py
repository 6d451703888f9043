"""What went otherwise than planned, and what was not asked at all, with reasons."""

from __future__ import annotations

from collections.abc import Iterator

from harness.journal import Kind
from harness.report.compliance.dossier import Tested
from harness.report.compliance.layout import lines, table
from harness.report.element import Element, e
from harness.report.text import trimmed
from harness.verdict import Finding, Outcome
from harness.verdict.plan import read_plan
from harness.verdict.wording import counted

_LIMIT = 240
_NOT_APPLICABLE = "not applicable: "


def deviations(tested: Tested) -> Element:
    """Errors, refused commands, repeated attempts and notes; then the checks that do not apply."""
    return e("div", lines(_deviations(tested)), _not_applicable(tested))


def _deviations(tested: Tested) -> Iterator[str]:
    history, header = tested.history, tested.verdict.header
    if header.sabotage:
        yield f"Spoiled on purpose with '{header.sabotage}'."
    for event in history.of(Kind.ERROR):
        yield f"Error of the {event.data.get('where')}: {_flat(event.data.get('message'))}."
    end = history.last(Kind.END)
    if end is None or history.cut:
        yield "The record does not end: whoever wrote it was stopped."
    elif end.data.get("outcome") != "finished":
        yield f"The drill ended early: {end.data.get('outcome')}."
    yield _attempts(tested)
    refused = [event for event in history.of(Kind.COMMAND) if event.data.get("status") not in (0, None)]
    yield f"Commands that a machine refused, tried again or looked into: {len(refused)}."
    for outcome in (Outcome.BLOCKED, Outcome.ERRORED, Outcome.OBSERVED):
        for finding in (one for one in tested.verdict.of(outcome) if not is_left_out(one)):
            yield f"{outcome}: {finding.claim or finding.check} ({_flat(finding.reason or finding.cause)})."
    for event in history.of(Kind.NOTE):
        yield f"Note: {_flat(event.data.get('text'))}."
    yield "Interventions by hand: none is on record; the drill asks nobody anything while it runs."


def _attempts(tested: Tested) -> str:
    begun = [str(event.data.get("recovery")) for event in tested.history.of(Kind.RECOVERY, state="start")]
    again = len(begun) - len(set(begun))
    told = ", ".join(f"'{name}'" for name in dict.fromkeys(begun)) or "none"
    return f"Recoveries: {told}; {counted(again, 'repeated attempt')}."


def _not_applicable(tested: Tested) -> Element:
    try:
        left_out = [line for line in read_plan(tested.history) if not line.is_applicable]
    except ValueError:
        return e("p", "The plan cannot be read, so what it leaves out is not known.", class_="note")
    if not left_out:
        return e("p", "Every check that Kubedrill knows of was planned.", class_="note")
    by_reason: dict[str, list[str]] = {}
    for line in left_out:
        by_reason.setdefault(line.reason.removeprefix(_NOT_APPLICABLE), []).append(line.check)
    rows = [(reason, e("code", ", ".join(checks))) for reason, checks in by_reason.items()]
    return table(("Why", f"{counted(len(left_out), 'check')} that do not apply"), rows, class_="left-out")


def is_left_out(finding: Finding) -> bool:
    """Whether the plan says that a check does not apply, so that nothing came of it."""
    return not finding.required and finding.reason.startswith(_NOT_APPLICABLE)


def _flat(value: object) -> str:
    return " ".join(trimmed(str(value or "no reason is on record"), _LIMIT).split()).rstrip(".")
