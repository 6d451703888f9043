"""Stories that break or starve the checks of the backup."""

from __future__ import annotations

from harness.facts import Moment
from tests.verdict.spoils import Break, Idle, other

_EMPTY = {"hash": 1, "revision": 1, "totalKey": 0, "totalSize": 16384, "version": "3.6.0"}
BROKEN: list[Break] = [
    (
        "snapshot-verified",
        other("snapshot-digest", f"{'cd' * 32}  /run/kubedrill-snapshot.db\n", Moment.BEFORE),
        ("has the digest abababababababab…, and had cdcdcdcdcdcdcdcd… when it was taken",),
    ),
    ("snapshot-verified", other("backup-files", [], Moment.BEFORE), ("the vault holds no 'pki.tar'",)),
    ("snapshot-verified", other("snapshot-status", _EMPTY, Moment.BEFORE), ("holds no key",)),
]
VACUOUS: list[Idle] = []
