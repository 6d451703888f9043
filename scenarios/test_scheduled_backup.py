"""The machine is lost while its next backup is on the way to the vault."""

from __future__ import annotations

from datetime import timedelta

import pytest

from harness import faults, recoveries
from harness.backup.access import Store
from harness.backup.scheduled import Job, Starter
from harness.drill import Drill


@pytest.mark.lab("1+vault")
@pytest.mark.controls(
    "CP-9",
    "CP-9(1)",
    "CP-9(2)",
    "CP-10",
    "CP-10(4)",
    "A.8.13",
    "A1.2",
    "A1.3",
    "HIPAA 164.308(a)(7)(ii)(A)",
    "DORA 12(2)",
    "CIR 4.2.2",
    "CIR 4.2.3",
    "CIR 4.2.6",
    "CIS 11.4",
    "CIS 11.5",
)
def test_scheduled_backup(drill: Drill) -> None:
    """A control plane that backs itself up comes back from the newest whole backup, and never from one that was cut."""
    master = drill.cluster.master
    drill.schedule(Job(every=timedelta(seconds=15)))
    before = drill.baseline()

    drill.begin_upload()
    drill.inject(faults.DestroyMachine(master))
    drill.recover(recoveries.RestoreSnapshot(master), within=timedelta(minutes=2))

    drill.expect_survival(of=before, losing_at_most=timedelta(seconds=45))


@pytest.mark.lab("1+vault")
@pytest.mark.controls(
    "CP-9",
    "CP-9(1)",
    "CP-9(2)",
    "CP-10",
    "A.8.13",
    "A1.2",
    "A1.3",
    "DORA 12(2)",
    "CIR 4.2.2",
    "CIR 4.2.3",
    "CIR 4.2.6",
    "CIS 11.4",
    "CIS 11.5",
)
def test_cron_job_backup(drill: Drill) -> None:
    """Backups that a CronJob of the cluster makes come back with the snapshot, and go on with no command."""
    master = drill.cluster.master
    drill.schedule(Job(every=timedelta(minutes=1), keep=1, by=Starter.CRON_JOB, into=Store.BUCKET))
    before = drill.baseline()

    drill.begin_upload()
    drill.inject(faults.DestroyMachine(master))
    drill.recover(recoveries.RestoreSnapshot(master), within=timedelta(minutes=2))

    drill.expect_survival(of=before, losing_at_most=timedelta(minutes=2, seconds=30))
