"""The operating system of the only control plane is lost; its data disks are not."""

from __future__ import annotations

from datetime import timedelta

import pytest

from harness import faults, recoveries
from harness.drill import Drill


@pytest.mark.lab("1")
@pytest.mark.controls("CP-4", "CP-4(3)", "CP-10", "CP-10(4)", "A.5.30", "A1.3", "DORA 11(6)", "CIR 4.1.4")
def test_os_disk_swap(drill: Drill) -> None:
    """A control plane on a fresh OS disk finds its cluster on the data disk that it kept."""
    master = drill.cluster.master
    before = drill.baseline()

    drill.inject(faults.SwapOsDisk(master))
    drill.recover(recoveries.AdoptDataDisk(master), within=timedelta(minutes=5))

    drill.expect_survival(of=before, losing_at_most=timedelta(0))


@pytest.mark.lab("1+1")
@pytest.mark.controls("CP-4(3)", "CP-10", "CP-10(4)", "A.5.30", "A1.3")
def test_os_disk_swap_worker(drill: Drill) -> None:
    """A worker that was never touched finds its control plane again with no help, and its pods keep their tokens."""
    master = drill.cluster.master
    before = drill.baseline()

    drill.inject(faults.SwapOsDisk(master))
    drill.recover(recoveries.AdoptDataDisk(master), within=timedelta(minutes=2))

    drill.expect_survival(of=before, losing_at_most=timedelta(0))


@pytest.mark.lab("1", endpoint="machine")
@pytest.mark.controls("CP-4", "CP-10")
def test_os_disk_swap_seed(drill: Drill) -> None:
    """The runbook of 2020 as it is written: pods run again and the join hash is unchanged, from the CA alone."""
    master = drill.cluster.master
    before = drill.baseline()

    drill.inject(faults.SwapOsDisk(master))
    drill.recover(recoveries.AdoptDataDiskAsWritten(master), within=timedelta(minutes=5))

    drill.expect_survival(of=before, losing_at_most=timedelta(0))
