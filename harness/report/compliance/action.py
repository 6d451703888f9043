"""What is to be put right, how badly, by whom, and until when."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from harness.report.compliance.dossier import Dossier, Standing, Tested, standing, why_not
from harness.report.compliance.register import Entry, State, register
from harness.spec.policy import Policy
from harness.verdict import Outcome
from harness.verdict.wording import counted


class Severity(StrEnum):
    """How soon it has to be dealt with."""

    HIGH = "high"
    MEDIUM = "medium"
    LOW = "low"


@dataclass(frozen=True, slots=True, kw_only=True)
class Action:
    """One finding that asks somebody to act; empty owners are lines to be filled in."""

    severity: Severity
    drill: str
    what: str
    owner: str
    due: date


def actions(dossier: Dossier) -> tuple[Action, ...]:
    """All findings, the worst first; those of one severity by drill."""
    found = [*_of_drills(dossier), *_of_register(dossier)]
    order = list(Severity)
    return tuple(sorted(found, key=lambda one: (order.index(one.severity), one.drill)))


def _of_drills(dossier: Dossier) -> Iterator[Action]:
    for tested in dossier.tested:
        yield from _of_drill(tested, dossier.policy)
    for drill, why in dossier.unreadable.items():
        told = f"Its journal cannot be read, so nothing is known of it: {why}."
        yield _action(dossier.policy, Severity.HIGH, drill, told, dossier.as_of)


def _of_drill(tested: Tested, policy: Policy) -> Iterator[Action]:
    worth = standing(tested, policy)
    if worth is Standing.FAILED:
        broken = [one for one in tested.verdict.of(Outcome.BROKEN) if one.required]
        for finding in broken:
            yield _action(policy, Severity.HIGH, tested.drill, f"{finding.claim}: {finding.cause}.", tested.ended)
        if not broken:
            yield _action(policy, Severity.HIGH, tested.drill, why_not(tested, policy), tested.ended)
    elif worth is Standing.UNPROVEN or (worth is Standing.NO_TEST and tested.is_performed):
        yield _action(policy, Severity.MEDIUM, tested.drill, why_not(tested, policy), tested.ended)
    version = plan_of(tested).get("plan_version")
    if worth is Standing.EVIDENCE and version and policy.plan_version and version != policy.plan_version:
        told = f"It was performed under version {version} of the plan, which is at version {policy.plan_version} now."
        yield _action(policy, Severity.LOW, tested.drill, told, tested.ended)


def plan_of(tested: Tested) -> dict[str, str]:
    """The plan under which a drill was performed, as its journal tells; empty where it tells none."""
    event = next((one for one in tested.history.events if one.kind == "plan"), None)
    told = event.data.get("policy") if event is not None else None
    return {key: str(value) for key, value in told.items() if value} if isinstance(told, dict) else {}


def _of_register(dossier: Dossier) -> Iterator[Action]:
    for entry in register(dossier):
        if entry.state is not State.IN_TIME:
            yield _action(dossier.policy, Severity.HIGH, entry.drill, _overdue(entry), dossier.as_of)


def _overdue(entry: Entry) -> str:
    wanted = f"the policy asks for it every {counted(entry.required.every_days, 'day')}"
    if entry.state is State.NEVER_RAN:
        return f"It was never performed as a test; {wanted}."
    if entry.state is State.NEVER_PASSED:
        return f"It was performed, and never came to evidence; {wanted}."
    return f"The last one that counts was {counted(entry.days_ago or 0, 'day')} ago; {wanted}."


def _action(policy: Policy, severity: Severity, drill: str, what: str, since: datetime) -> Action:
    required = policy.drills.get(drill)
    owner = (required.owner if required is not None else None) or policy.owner or ""
    days: int = getattr(policy.due_days, severity.value)
    return Action(severity=severity, drill=drill, what=what, owner=owner, due=(since + timedelta(days=days)).date())
