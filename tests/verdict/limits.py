"""What a check says at its limit, and on either side of it."""

from __future__ import annotations

from harness.journal import History
from harness.verdict import Outcome
from tests.verdict.edits import planned_as
from tests.verdict.findings import PASSED, finding

UP_TO = [Outcome.HELD, Outcome.HELD, Outcome.BROKEN]


def outcomes(check: str, param: str, measured: float, history: History = PASSED) -> list[Outcome]:
    """At the limit, just above it, and just below it."""
    limits = (measured, measured + 0.001, measured - 0.001)
    return [finding(planned_as(history, check, **{param: limit}), check).outcome for limit in limits]
