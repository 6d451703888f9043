"""The control plane is off for a while, and nobody repairs anything."""

from __future__ import annotations

from datetime import timedelta

import pytest

from harness import faults, recoveries
from harness.drill import Drill


@pytest.mark.lab("1+1")
@pytest.mark.controls("CP-10", "A.5.30")
def test_master_outage(drill: Drill) -> None:
    """Without its control plane a cluster serves on and heals next to nothing; power alone brings all of it back."""
    master, worker = drill.cluster.master, drill.cluster.workers[0]
    before = drill.baseline()

    drill.inject(faults.PowerLoss(master))
    drill.inject(faults.CrashContainers(worker))
    drill.endure(timedelta(seconds=40))
    drill.recover(recoveries.PowerOn(master), within=timedelta(minutes=2))

    drill.expect_survival(of=before, losing_at_most=timedelta(0))
