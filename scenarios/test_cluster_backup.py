"""All control planes are gone; what is left of them are two files."""

from __future__ import annotations

from datetime import timedelta

import pytest

from harness import faults, recoveries
from harness.drill import Drill
from harness.spec import Role


@pytest.mark.lab("3+1")
@pytest.mark.controls(
    "CP-4",
    "CP-4(3)",
    "CP-4(4)",
    "CP-9(2)",
    "CP-10",
    "CP-10(4)",
    "A.5.30",
    "A.8.13",
    "ISO22301 8.5",
    "A1.3",
    "PCI 12.10.2",
    "DORA 11(6)",
    "DORA 12(3)",
    "DORA 12(7)",
    "CIR 4.1.4",
    "CIR 4.2.6",
    "CIS 11.5",
)
def test_cluster_backup(drill: Drill) -> None:
    """A snapshot and an archive of the same moment bring back three control planes of which nothing was left."""
    first, *others = drill.cluster.of_role(Role.CONTROL_PLANE)
    before = drill.baseline()

    drill.inject(faults.LoseControlPlane([first, *others]))
    drill.recover(recoveries.RestoreClusterBackup(first, others), within=timedelta(minutes=2))

    drill.expect_survival(of=before, losing_at_most=timedelta(seconds=30))
