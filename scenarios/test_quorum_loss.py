"""Two of three control planes are gone, and etcd may not write any more."""

from __future__ import annotations

from datetime import timedelta

import pytest

from harness import faults, recoveries
from harness.drill import Drill
from harness.spec import Role


@pytest.mark.lab("3+1")
def test_quorum_loss(drill: Drill) -> None:
    """The one control plane that is left gets the snapshot, serves alone, and two new machines make it three again."""
    survivor, *lost = drill.cluster.of_role(Role.CONTROL_PLANE)
    before = drill.baseline()

    drill.inject(faults.LoseQuorum(survivor, lost))
    drill.recover(recoveries.RestoreOnSurvivor(survivor, lost), within=timedelta(minutes=2))

    drill.expect_survival(of=before, losing_at_most=timedelta(seconds=30))
