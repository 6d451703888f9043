"""Stories that break or starve the checks of the promised times."""

from __future__ import annotations

from harness.journal import Kind
from tests.verdict.edits import without
from tests.verdict.spoils import Break, Idle, late, ledger_kept, never_answering

BROKEN: list[Break] = [
    ("rto-control-plane", late(400.0), ("took 409.7 s", "the RTO of 300.0 s", "exceeded by 109.7 s")),
    ("rto-control-plane", ledger_kept(1, 2, 3, 4, 5, 6), ("no API write after the fault",)),
    ("rto-workload", never_answering("app-write"), ("'app-write' never got an answer again",)),
    ("rto-workload", late(400.0), ("exceeded by",)),
    ("rpo", ledger_kept(1, 2, 3, 4, 7), ("'api' lost 2 acknowledged writes", "exceeded by")),
]
VACUOUS: list[Idle] = [
    ("rpo", lambda h: without(h, lambda e: e.kind is Kind.LEDGER and e.data["stream"] == "volume")),
    ("rto-control-plane", lambda h: without(h, lambda e: e.kind is Kind.LEDGER)),
    ("rto-workload", lambda h: without(h, lambda e: e.kind is Kind.PROBE and e.data["probe"] == "app-read")),
]
