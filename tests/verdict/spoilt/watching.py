"""Stories that break or starve the checks of watches."""

from __future__ import annotations

from harness.journal import Kind
from tests.verdict.edits import without
from tests.verdict.spoils import Break, Idle, watch_missing

BROKEN: list[Break] = [
    ("watch-continues", watch_missing(4), ("silent about 4",)),
    ("watch-continues", watch_missing(7), ("silent about 7",)),
    (
        "watch-continues",
        lambda h: without(h, lambda e: e.kind is Kind.WATCH and e.data["state"] == "resumed"),
        ("never came back",),
    ),
]
VACUOUS: list[Idle] = [
    ("watch-continues", lambda h: without(h, lambda e: e.kind is Kind.WATCH)),
]
