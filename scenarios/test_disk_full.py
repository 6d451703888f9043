"""etcd has no room: it has reached its quota, or something else has filled its disk."""

from __future__ import annotations

from datetime import timedelta

import pytest

from harness import faults, recoveries
from harness.drill import Drill


@pytest.mark.lab("1", etcd_quota_mib=32)
@pytest.mark.controls("CP-10", "CP-10(4)", "A.5.30")
def test_disk_full(drill: Drill) -> None:
    """An etcd without room answers reads alone; compacted, defragmented and disarmed it goes on with nothing lost."""
    master = drill.cluster.master
    before = drill.baseline()

    drill.inject(faults.FillEtcd(master))
    drill.recover(recoveries.FreeSpace(master), within=timedelta(minutes=1))

    drill.expect_survival(of=before, losing_at_most=timedelta(0))


@pytest.mark.lab("1")
@pytest.mark.controls("CP-10", "CP-10(4)", "A.5.30")
def test_data_disk_full(drill: Drill) -> None:
    """An etcd whose disk is full of something else goes on once that is gone, and has lost no write that it took."""
    master = drill.cluster.master
    before = drill.baseline()

    drill.inject(faults.FillDataDisk(master))
    drill.recover(recoveries.ClearDataDisk(master), within=timedelta(minutes=1))

    drill.expect_survival(of=before, losing_at_most=timedelta(0))
