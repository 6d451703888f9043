"""Ways to spoil the checks of a backup of two files."""

from __future__ import annotations

from typing import Any

from harness.facts import Moment
from tests.verdict.answers import backup_pair
from tests.verdict.spoils import Break, Idle, Spoil, other


def _told(**more: Any) -> Spoil:
    return other("backup-pair", {**backup_pair(), **more}, Moment.BEFORE)


_ARCHIVE = "static_kuberesources_2026-03-01_030000.tar.gz"

BROKEN: list[Break] = [
    ("backup-pair", _told(found={_ARCHIVE: "bb"}), ("there is no snapshot_2026-03-01_030000.db",)),
    ("backup-pair", _told(files={}), ("another digest of snapshot_2026-03-01_030000.db",)),
    ("backup-pair", _told(archive=["pki/ca.crt"]), ("lacks manifests/etcd.yaml", "pki/ca.key")),
    ("backup-pair", _told(kube_system_uid="u-other"), ("UID u-other", "u-kube-system")),
    ("keys-apart", _told(encryption_keys=["files/keys.yaml"]), ("can read its Secrets", "files/keys.yaml")),
]
VACUOUS: list[Idle] = []
