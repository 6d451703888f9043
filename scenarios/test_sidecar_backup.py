"""A second container beside etcd takes the snapshots, and the machine is lost with both."""

from __future__ import annotations

from datetime import timedelta

import pytest

from harness import faults, recoveries
from harness.backup.scheduled import Job
from harness.drill import Drill


@pytest.mark.lab("1+vault", sidecar=True)
@pytest.mark.controls(
    "CP-9",
    "CP-9(1)",
    "CP-9(2)",
    "CP-10",
    "A.8.13",
    "A1.2",
    "A1.3",
    "DORA 12(2)",
    "CIR 4.2.2",
    "CIR 4.2.3",
    "CIR 4.2.6",
    "CIS 11.4",
    "CIS 11.5",
)
def test_sidecar_backup(drill: Drill) -> None:
    """A control plane comes back from the snapshots of a sidecar of etcd, and the sidecar by the patches of kubeadm."""
    master = drill.cluster.master
    drill.schedule(Job(every=timedelta(seconds=15)))
    before = drill.baseline()

    drill.begin_upload()
    drill.inject(faults.DestroyMachine(master))
    drill.recover(recoveries.RestoreSnapshot(master), within=timedelta(minutes=2))

    drill.expect_survival(of=before, losing_at_most=timedelta(seconds=45))
