"""Two of three control planes are gone, and etcd may not write any more."""

from __future__ import annotations

from datetime import timedelta

import pytest

from harness import faults, recoveries
from harness.drill import Drill
from harness.spec import Role


@pytest.mark.lab("3+1")
@pytest.mark.controls(
    "CP-4(4)",
    "CP-9(2)",
    "CP-10",
    "CP-10(4)",
    "A.5.30",
    "A.8.14",
    "A1.3",
    "DORA 11(6)",
    "DORA 12(7)",
    "CIR 4.2.6",
    "CIS 11.5",
)
def test_quorum_loss(drill: Drill) -> None:
    """The one control plane that is left gets the snapshot, serves alone, and two new machines make it three again."""
    survivor, *lost = drill.cluster.of_role(Role.CONTROL_PLANE)
    before = drill.baseline()

    drill.inject(faults.LoseQuorum(survivor, lost))
    drill.recover(recoveries.RestoreOnSurvivor(survivor, lost), within=timedelta(minutes=2))

    drill.expect_survival(of=before, losing_at_most=timedelta(seconds=30))
