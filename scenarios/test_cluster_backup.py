"""All control planes are gone; what is left of them are two files."""

from __future__ import annotations

from datetime import timedelta

import pytest

from harness import faults, recoveries
from harness.drill import Drill
from harness.spec import Role


@pytest.mark.lab("3+1")
def test_cluster_backup(drill: Drill) -> None:
    """A snapshot and an archive of the same moment bring back three control planes of which nothing was left."""
    first, *others = drill.cluster.of_role(Role.CONTROL_PLANE)
    before = drill.baseline()

    drill.inject(faults.LoseControlPlane([first, *others]))
    drill.recover(recoveries.RestoreClusterBackup(first, others), within=timedelta(minutes=2))

    drill.expect_survival(of=before, losing_at_most=timedelta(seconds=30))
