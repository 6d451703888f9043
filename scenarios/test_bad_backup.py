"""A cluster needs its backup, and most of those in the vault are no good."""

from __future__ import annotations

from datetime import timedelta

import pytest

from harness import faults, recoveries
from harness.backup.spoilt import SPOILT
from harness.drill import Drill


@pytest.mark.lab("1")
@pytest.mark.controls("CP-9(1)", "CP-10", "A.8.13", "A1.3", "CC7.5", "DORA 12(2)", "CIR 4.2.3")
def test_bad_backup(drill: Drill) -> None:
    """Backups that are truncated, empty, changed or not this member's are refused before anything is touched."""
    master = drill.cluster.master
    before = drill.baseline()

    drill.inject(faults.DeleteNamespace(master))
    drill.refuse(recoveries.RollBack(master), each_of=SPOILT)
    drill.recover(recoveries.RollBack(master), within=timedelta(minutes=2))

    drill.expect_survival(of=before, losing_at_most=timedelta(seconds=30))
