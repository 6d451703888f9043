"""Stories that break or starve the checks of life."""

from __future__ import annotations

from harness.facts import Moment
from tests.verdict.spoils import Break, Idle, other

BROKEN: list[Break] = [
    ("volume-bytes", other("volume-bytes", {"web/index.html": "aa" * 32}), ("1 file missing", "db/ledger")),
    (
        "volume-bytes",
        other("volume-bytes", {"web/index.html": "00", "db/ledger": "bb" * 32}),
        ("other bytes: web/index.html",),
    ),
    ("new-write", other("api-write", "", status=503, stderr="not ready"), ("503", "not ready")),
    ("scheduling", other("scheduling", {"ok": False, "saw": "Pending for 60 s"}), ("Pending for 60 s",)),
    ("rollout", other("rollout", {"ok": False, "saw": "1 of 2 updated"}), ("1 of 2 updated",)),
    ("service", other("service", {"ok": False, "saw": "timeout"}), ("timeout",)),
    ("dns", other("resolve", "", status=1), ("DNS does not answer",)),
    ("dns", other("resolve", "10.96.0.9"), ("10.96.0.9", "not 10.96.0.1")),
]
VACUOUS: list[Idle] = [
    ("volume-bytes", other("volume-bytes", {}, Moment.BEFORE)),
]
