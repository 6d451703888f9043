"""Join commands of before, after: one that is good still, one whose token has expired, and one with a wrong hash."""

from __future__ import annotations

from datetime import timedelta

import pytest

from harness import faults, recoveries
from harness.drill import Drill


@pytest.mark.lab("1+1")
@pytest.mark.controls("CP-10", "A.5.29", "A.5.30")
def test_old_join(drill: Drill) -> None:
    """The old join command joins a fresh worker; once its token has expired, a new one with the same hash does."""
    master = drill.cluster.master
    drill.issue_token(lasting=timedelta(seconds=30))
    before = drill.baseline()

    drill.inject(faults.SwapOsDisk(master))
    drill.recover(recoveries.AdoptDataDisk(master), within=timedelta(minutes=2))

    drill.expect_survival(of=before, losing_at_most=timedelta(0))
