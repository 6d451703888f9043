"""The only control plane is gone with all its disks; what comes back comes from the vault."""

from __future__ import annotations

from datetime import timedelta

import pytest

from harness import faults, recoveries
from harness.drill import Drill


@pytest.mark.lab("1+1")
@pytest.mark.controls(
    "CP-4",
    "CP-4(3)",
    "CP-4(4)",
    "CP-9(1)",
    "CP-9(2)",
    "CP-10",
    "CP-10(4)",
    "A.5.30",
    "A.8.13",
    "ISO22301 8.5",
    "A1.3",
    "CC7.5",
    "PCI 12.10.2",
    "HIPAA 164.308(a)(7)(ii)(B)",
    "HIPAA 164.308(a)(7)(ii)(D)",
    "DORA 11(6)",
    "DORA 12(2)",
    "DORA 12(3)",
    "DORA 12(6)",
    "DORA 12(7)",
    "NIS2 21(2)(c)",
    "CIR 4.1.4",
    "CIR 4.2.6",
    "CIS 11.4",
    "CIS 11.5",
)
def test_destroyed_master(drill: Drill) -> None:
    """A control plane comes back on blank hardware from the vault alone, and the worker's workloads never notice."""
    master = drill.cluster.master
    before = drill.baseline()

    drill.inject(faults.DestroyMachine(master))
    drill.recover(recoveries.RestoreSnapshot(master), within=timedelta(minutes=2))

    drill.expect_survival(of=before, losing_at_most=timedelta(seconds=30))
