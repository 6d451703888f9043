"""A bad change has hit a healthy cluster, and an older snapshot has to undo it."""

from __future__ import annotations

from datetime import timedelta

import pytest

from harness import faults, recoveries
from harness.drill import Drill


@pytest.mark.lab("1")
@pytest.mark.controls("CP-9(2)", "CP-10", "CP-10(4)", "A.8.13", "A1.3", "CC7.5", "DORA 12(7)", "CIR 4.2.6")
def test_rollback(drill: Drill) -> None:
    """A deleted namespace is back on the living machine from the older snapshot; volumes do not go back with it."""
    master = drill.cluster.master
    before = drill.baseline()

    drill.inject(faults.DeleteNamespace(master))
    drill.recover(recoveries.RollBack(master), within=timedelta(minutes=2))

    drill.expect_survival(of=before, losing_at_most=timedelta(seconds=30))
