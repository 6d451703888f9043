"""What the judge finds."""

from __future__ import annotations

from harness.journal import History
from harness.verdict import Finding, judge
from tests.verdict import story

PASSED = story.passed()


def finding(history: History, check: str) -> Finding:
    return next(one for one in judge(history).findings if one.check == check)
