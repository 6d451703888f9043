"""A worker is drained for maintenance while its workloads are in use."""

from __future__ import annotations

from datetime import timedelta

import pytest

from harness import faults, recoveries
from harness.drill import Drill


@pytest.mark.lab("1+2")
@pytest.mark.controls("A.5.30", "A.8.14")
def test_drain(drill: Drill) -> None:
    """Who has two replicas, a budget and a wait before the end loses no request; bare pods and their bytes are gone."""
    worker = drill.cluster.workers[1]
    before = drill.baseline()

    drill.inject(faults.Drain(worker))
    drill.recover(recoveries.Uncordon(worker), within=timedelta(minutes=2))

    drill.expect_survival(of=before, losing_at_most=timedelta(0))
