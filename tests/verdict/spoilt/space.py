"""Stories that break or starve the checks of an etcd without room."""

from __future__ import annotations

from typing import Any

from harness.facts import Moment
from tests.verdict.questions import FULL, NO_ROOM, ROOM
from tests.verdict.spoils import Break, Idle, other


def _large(size: int) -> list[dict[str, Any]]:
    return [{"Endpoint": "https://x", "Status": {"header": {}, "dbSize": size, "leader": 7}}]


BROKEN: list[Break] = [
    ("only-reads-served", other("etcd-write", "OK\n", Moment.FAULTED, status=0), ("etcd took a write",)),
    (
        "only-reads-served",
        other("namespaces", "namespace/default\n", Moment.FAULTED),
        ("the namespaces 'kube-system' could not be read",),
    ),
    ("disk-has-room", other("etcd-room", NO_ROOM), ("the disk under etcd has no room, recovered",)),
    ("disk-has-room", other("etcd-room", NO_ROOM, Moment.REBOOTED), ("the disk under etcd has no room, rebooted",)),
    ("space-regained", other("etcd-status", _large(64000)), ("still has 64000 of the quota of 65536 bytes",)),
    (
        "space-regained",
        other("etcd-alarms", {"header": {}, "alarms": [{"memberID": 7, "alarm": 1}]}),
        ("the alarm NOSPACE on member 7 is raised still",),
    ),
]
VACUOUS: list[Idle] = [
    ("only-reads-served", other("etcd-write", "", Moment.BEFORE, status=1, stderr=FULL)),
    ("space-regained", other("etcd-status", _large(20000), Moment.FAULTED)),
    ("disk-has-room", other("etcd-room", ROOM, Moment.FAULTED)),
]
