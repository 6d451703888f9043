"""etcd's database is damaged, and what is left of it shall stay as it is."""

from __future__ import annotations

from datetime import timedelta

import pytest

from harness import faults, recoveries
from harness.drill import Drill


@pytest.mark.lab("1")
@pytest.mark.controls("CP-9(1)", "CP-9(2)", "CP-10", "CP-10(4)", "A.8.13", "A1.3", "DORA 12(7)", "CIR 4.2.6")
def test_restore_new_dir(drill: Drill) -> None:
    """etcd goes on from a new directory of its data disk, as the same member, and still does after a reboot."""
    master = drill.cluster.master
    before = drill.baseline()

    drill.inject(faults.DamageDatabase(master))
    drill.recover(recoveries.RestoreIntoNewDirectory(master), within=timedelta(minutes=2))

    drill.expect_survival(of=before, losing_at_most=timedelta(seconds=30))
