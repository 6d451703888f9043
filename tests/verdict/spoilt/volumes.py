"""Stories that break or starve the check of volumes that do not go back."""

from __future__ import annotations

from harness.facts import Moment
from harness.journal import Kind
from tests.verdict.edits import without
from tests.verdict.spoils import Break, Idle, other

BROKEN: list[Break] = [
    ("volumes-ahead", other("volume-ledger", list(range(1, 6)), Moment.RECOVERED), ("lost 1 write", "spared: 6")),
]
VACUOUS: list[Idle] = [
    ("volumes-ahead", lambda h: without(h, lambda e: e.kind is Kind.LEDGER and e.data == {"stream": "volume", "n": 6})),
]
