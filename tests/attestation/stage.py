"""A run of two drills as it lies in its folder."""

from __future__ import annotations

import hashlib
from pathlib import Path

from harness.attestation import seal
from harness.journal import History, Kind
from harness.report import merge, write_reports
from tests.report.test_reports import CONSOLE, failed, folder
from tests.verdict import story
from tests.verdict.edits import edited, renumbered


def brief() -> History:
    """A drill that broke off early: it is judged in no time, for tests that do so a thousand times."""
    first, *_, last = story.passed().events
    return renumbered([first, last])


def honest(history: History) -> History:
    """The history that knows the console which lies beside it: its own digest is made up."""
    digest = hashlib.sha256(CONSOLE.encode()).hexdigest()
    return edited(history, lambda event: event.kind is Kind.EVIDENCE, sha256=digest)


def run_in(place: Path, *, one: History | None = None, two: History | None = None) -> Path:
    """A drill that passed and one that failed, summed up and sealed."""
    for name, history in (("one", one or honest(story.passed())), ("two", two or honest(failed()))):
        write_reports(folder(place / name, history))
    (place / "pytest.log").write_text("2 drills\n")
    return sealed(place)


def sealed(place: Path) -> Path:
    """The run summed up and sealed once more."""
    seal(place, merge(place).run)
    return place
