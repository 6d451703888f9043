"""A worker is away, without power or only cut off, and then it is back."""

from __future__ import annotations

from datetime import timedelta

import pytest

from harness import faults, recoveries
from harness.drill import Drill


@pytest.mark.lab("1+2")
@pytest.mark.controls("A.5.30", "A.8.14")
def test_node_outage(drill: Drill) -> None:
    """What runs on a worker that is away for longer than the delay moves once; what must not be twice waits for it."""
    worker = drill.cluster.workers[1]
    before = drill.baseline()

    drill.inject(faults.LoseWorkerPower(worker))
    drill.endure(timedelta(seconds=120))
    drill.recover(recoveries.PowerOnWorker(worker), within=timedelta(minutes=2))

    drill.expect_survival(of=before, losing_at_most=timedelta(0))


@pytest.mark.lab("1+2")
@pytest.mark.controls("A.5.30", "A.8.14")
def test_node_cut_off(drill: Drill) -> None:
    """A worker that is cut off and alive runs on what others run already; once it is back nothing is there twice."""
    other, worker = drill.cluster.workers
    before = drill.baseline()

    drill.inject(faults.CutOff(worker, others=[drill.cluster.master, other]))
    drill.endure(timedelta(seconds=120))
    drill.recover(recoveries.Reconnect(worker), within=timedelta(minutes=2))

    drill.expect_survival(of=before, losing_at_most=timedelta(0))
