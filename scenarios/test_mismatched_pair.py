"""The machine is lost, and the PKI that was kept is from before a rotation."""

from __future__ import annotations

from datetime import timedelta

import pytest

from harness import faults, recoveries
from harness.backup.mismatched import MISMATCHED
from harness.drill import Drill


@pytest.mark.lab("1")
@pytest.mark.controls("CP-9(1)", "CP-9(2)", "CP-10", "A.8.13", "A1.3", "DORA 12(2)", "CIR 4.2.3")
def test_mismatched_pair(drill: Drill) -> None:
    """A PKI from before a rotation and a newer snapshot are refused, both named, before anything is touched."""
    master = drill.cluster.master
    before = drill.baseline()

    drill.inject(faults.DestroyMachine(master))
    drill.refuse(recoveries.RestoreSnapshot(master), each_of=MISMATCHED)
    drill.recover(recoveries.RestoreSnapshot(master), within=timedelta(minutes=2))

    drill.expect_survival(of=before, losing_at_most=timedelta(seconds=30))
