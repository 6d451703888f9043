"""The data disk under a running etcd dies; the machine lives."""

from __future__ import annotations

from datetime import timedelta

import pytest

from harness import faults, recoveries
from harness.drill import Drill


@pytest.mark.lab("1")
@pytest.mark.controls(
    "CP-9(1)",
    "CP-9(2)",
    "CP-10",
    "CP-10(4)",
    "A.8.13",
    "A1.3",
    "HIPAA 164.308(a)(7)(ii)(B)",
    "DORA 12(2)",
    "DORA 12(7)",
    "CIR 4.2.6",
    "CIS 11.5",
)
def test_data_disk_failure(drill: Drill) -> None:
    """A control plane whose etcd disk died is back on a new disk from the vault, and no workload had to stop."""
    master = drill.cluster.master
    before = drill.baseline()

    drill.inject(faults.KillDataDisk(master))
    drill.recover(recoveries.ReplaceDataDisk(master), within=timedelta(minutes=2))

    drill.expect_survival(of=before, losing_at_most=timedelta(seconds=30))
