"""The machine is lost while its next backup is on the way to the vault."""

from __future__ import annotations

from datetime import timedelta

import pytest

from harness import faults, recoveries
from harness.backup.scheduled import Job
from harness.drill import Drill


@pytest.mark.lab("1+vault")
def test_scheduled_backup(drill: Drill) -> None:
    """A control plane that backs itself up comes back from the newest whole backup, and never from one that was cut."""
    master = drill.cluster.master
    drill.schedule(Job(every=timedelta(seconds=15)))
    before = drill.baseline()

    drill.begin_upload()
    drill.inject(faults.DestroyMachine(master))
    drill.recover(recoveries.RestoreSnapshot(master), within=timedelta(minutes=2))

    drill.expect_survival(of=before, losing_at_most=timedelta(seconds=45))
