"""Each sabotage on real machines ends with its verdict, its cause and its exit status."""

from __future__ import annotations

from pathlib import Path

import pytest

from harness.sabotage import SABOTAGES, Sabotage
from harness.sabotage.snapshot_trouble import SnapshotTrouble
from tests.real.running import kubedrill, report

pytestmark = pytest.mark.real
STATUS = {"failed": 1, "inconclusive": 3, "errored": 3}
#: Where the default drill is not the one that can notice, or would take longer than it needs.
DRILL = {
    "lose-sa-key": "os-disk-swap-worker",
    "slow-recovery": "os-disk-swap-worker",
    "forgotten-manifests": "custom-config",
    "forgotten-admission": "custom-config",
    "hasty-restore": "rollback",
    "off-the-data-disk": "restore-new-dir",
    "unchecked-backup": "bad-backup",
    "older-pki": "mismatched-pair",
    "forgotten-defragmentation": "disk-full",
    "forgotten-disarm": "disk-full",
    "forgotten-encryption-keys": "encrypted-etcd",
    "another-encryption-key": "encrypted-etcd",
    "token-never-expires": "old-join",
    "idle-kubelet": "master-outage",
    "helping-hand": "master-outage",
    "lose-etcd-ca": "pki-loss",
    "lose-front-proxy-ca": "pki-loss",
    "forgotten-renewal": "expired-certificates",
    "forgotten-worker": "expired-certificates",
    "survivors-not-stopped": "bad-state-all-alive",
    "forgotten-member": "member-loss",
    "healed-too-soon": "network-partition",
    "left-cut": "network-partition",
    "wrong-ip": "changed-identity",
    "forgotten-kubelets": "changed-identity",
    "wrong-name": "changed-name",
    "stranded-volume": "changed-name",
}


@pytest.mark.parametrize("sabotage", SABOTAGES, ids=lambda sabotage: sabotage.name)
def test_the_drill_notices_and_names_it(sabotage: type[Sabotage], tmp_path: Path) -> None:
    usual = "destroyed-master" if issubclass(sabotage, SnapshotTrouble) else "os-disk-swap"
    drill = DRILL.get(sabotage.name, usual)
    done = kubedrill("run", drill, "--provider", "container", "--sabotage", sabotage.name, "--reports", str(tmp_path))
    found = report(tmp_path, drill)
    assert found["verdict"] == sabotage.expected.verdict, found["cause"]
    assert sabotage.expected.names in found["cause"]
    assert done.returncode == STATUS[sabotage.expected.verdict]
