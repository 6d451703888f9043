"""The only control plane is gone with all its disks; what comes back comes from the vault."""

from __future__ import annotations

from datetime import timedelta

import pytest

from harness import faults, recoveries
from harness.drill import Drill


@pytest.mark.lab("1+1")
def test_destroyed_master(drill: Drill) -> None:
    """A control plane comes back on blank hardware from the vault alone, and the worker's workloads never notice."""
    master = drill.cluster.master
    before = drill.baseline()

    drill.inject(faults.DestroyMachine(master))
    drill.recover(recoveries.RestoreSnapshot(master), within=timedelta(minutes=2))

    drill.expect_survival(of=before, losing_at_most=timedelta(seconds=30))
