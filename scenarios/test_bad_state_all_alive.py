"""Every machine is well, and what the cluster holds is not."""

from __future__ import annotations

from datetime import timedelta

import pytest

from harness import faults, recoveries
from harness.drill import Drill
from harness.spec import Role


@pytest.mark.lab("3+1")
@pytest.mark.controls("CP-4(4)", "CP-9(2)", "CP-10", "CP-10(4)", "CC7.5", "DORA 12(7)", "CIR 4.2.6")
def test_bad_state_all_alive(drill: Drill) -> None:
    """Three living control planes are stopped, one gets the older state, and all run from the same new manifests."""
    first, *others = drill.cluster.of_role(Role.CONTROL_PLANE)
    before = drill.baseline()

    drill.inject(faults.DeleteNamespace(first))
    drill.recover(recoveries.RestoreForAll(first, others), within=timedelta(minutes=2))

    drill.expect_survival(of=before, losing_at_most=timedelta(seconds=30))
