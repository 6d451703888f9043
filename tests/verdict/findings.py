"""What the judge finds."""

from __future__ import annotations

from dataclasses import replace

from harness.journal import History, Kind
from harness.verdict import Finding, judge
from tests.verdict import story

PASSED = story.passed()
#: A fault that did not bite blocks all others.
_BLOCKS = "fault-bit"


def finding(history: History, check: str) -> Finding:
    """What becomes of one check; the plan holds no others, because a hundred take a hundred times as long."""
    return next(one for one in judge(_narrowed(history, check)).findings if one.check == check)


def _narrowed(history: History, check: str) -> History:
    plan = history.first(Kind.PLAN)
    assert plan is not None
    lines = [line for line in plan.data["checks"] if line["check"] in (check, _BLOCKS)]
    narrow = replace(plan, data={**plan.data, "checks": lines})
    return replace(history, events=tuple(narrow if event is plan else event for event in history.events))
