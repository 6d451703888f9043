"""The control plane that leads is cut off from all others, and goes on alone."""

from __future__ import annotations

from datetime import timedelta

import pytest

from harness import faults, recoveries
from harness.drill import Drill
from harness.spec import Role


@pytest.mark.lab("3+1")
@pytest.mark.controls("CP-10", "A.5.30", "A.8.14", "CIR 4.2.6")
def test_network_partition(drill: Drill) -> None:
    """Two of three elect and serve, the one that is cut off refuses, and a network that is whole again heals all."""
    leader, *others = drill.cluster.of_role(Role.CONTROL_PLANE)
    before = drill.baseline()

    drill.inject(faults.CutOffLeader(leader, others))
    drill.stay_parted(timedelta(seconds=45))
    drill.recover(recoveries.Reconnect(leader), within=timedelta(minutes=1))

    drill.expect_survival(of=before, losing_at_most=timedelta(0))
