"""Stories that break or starve the checks of snapshots by a sidecar."""

from __future__ import annotations

from harness.facts import Moment
from tests.verdict.spoils import Break, Idle, other
from tests.verdict.vault import listing, name_of

_MISSING = "Error: stat /var/lib/etcd-snapshots/snapshot.db: no such file or directory\n"
_ALONE = {"spec": {"containers": [{"name": "etcd"}]}}
_OLD = {"hash": 1, "revision": 2, "totalKey": 9, "totalSize": 20480}

BROKEN: list[Break] = [
    (
        "snapshots-fresh",
        other("vault-content", listing(("03:00:00", True), aged=40), Moment.FAULTED),
        (f"silent for 40.0 s when '{name_of('03:00:00')}' was made",),
    ),
    (
        "snapshots-fresh",
        other("vault-content", listing(("03:00:00", False)), Moment.FAULTED),
        ("holds no whole backup",),
    ),
    ("sidecar-back", other("etcd-containers", _ALONE), ("has lost its sidecar 'snapshots'", "has 'etcd' alone")),
    ("sidecar-back", other("sidecar-snapshot", "", status=1, stderr=_MISSING), ("has taken no snapshot since",)),
    ("sidecar-back", other("sidecar-snapshot", _OLD), ("of revision 2, which is not of the restored data",)),
]
VACUOUS: list[Idle] = [
    ("sidecar-back", other("etcd-containers", _ALONE, Moment.BEFORE)),
    ("sidecar-back", other("sidecar-snapshot", "", Moment.BEFORE, status=1, stderr=_MISSING)),
]
