"""One of three control planes is lost, and who led leads no more."""

from __future__ import annotations

from datetime import timedelta

import pytest

from harness import faults, recoveries
from harness.drill import Drill
from harness.facts.leadership import Office
from harness.spec import Role


@pytest.mark.lab("3+1")
@pytest.mark.controls("CP-10", "CP-10(4)", "A.5.30", "A.8.14", "DORA 11(6)", "NIS2 21(2)(c)", "CIR 4.2.6")
def test_member_loss(drill: Drill) -> None:
    """The API serves on while one of three is lost and replaced, and whoever leads can be killed."""
    lost, through, _ = drill.cluster.of_role(Role.CONTROL_PLANE)
    before = drill.baseline()

    drill.inject(faults.LoseMember(lost))
    drill.recover(recoveries.ReplaceMember(lost, through), within=timedelta(minutes=2))
    drill.depose(Office.ETCD, Office.CONTROLLER_MANAGER, Office.SCHEDULER)

    drill.expect_survival(of=before, losing_at_most=timedelta(0))
