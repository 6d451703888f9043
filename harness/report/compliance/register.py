"""Which drills the policy requires, and whether the last one that counts is recent enough."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from harness.report.compliance.dossier import Dossier, Tested
from harness.spec.policy import RequiredDrill


class State(StrEnum):
    """How a required drill stands on the day of the report."""

    IN_TIME = "in time"
    OVERDUE = "overdue"
    NEVER_PASSED = "never passed"
    NEVER_RAN = "never ran"


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One required drill."""

    drill: str
    required: RequiredDrill
    last: Tested | None
    state: State
    due: datetime | None
    days_ago: int | None


def register(dossier: Dossier) -> tuple[Entry, ...]:
    """All required drills, by name."""
    return tuple(_entry(dossier, name) for name in sorted(dossier.policy.drills))


def _entry(dossier: Dossier, drill: str) -> Entry:
    required, last = dossier.policy.drills[drill], dossier.last_good.get(drill)
    if last is None:
        state = State.NEVER_PASSED if drill in dossier.performed else State.NEVER_RAN
        return Entry(drill=drill, required=required, last=None, state=state, due=None, days_ago=None)
    due = last.ended + timedelta(days=required.every_days)
    return Entry(
        drill=drill,
        required=required,
        last=last,
        state=State.OVERDUE if dossier.as_of > due else State.IN_TIME,
        due=due,
        days_ago=(dossier.as_of - last.ended).days,
    )
