"""The control plane is lost, and the machine that takes its place has another address."""

from __future__ import annotations

from datetime import timedelta

import pytest

from harness import faults, recoveries
from harness.drill import Drill


@pytest.mark.lab("1+1", endpoint="machine")
@pytest.mark.controls("CP-4(3)", "CP-9(2)", "CP-10", "A.5.29", "A.5.30", "A1.3", "CIR 4.2.6")
def test_changed_identity(drill: Drill) -> None:
    """A control plane comes back under another address: whatever names the old one is found, and told the new one."""
    master, worker = drill.cluster.master, drill.cluster.workers[0]
    before = drill.baseline()

    drill.inject(faults.MoveMachine(master, to="10.77.0.51"))
    drill.recover(recoveries.RestoreUnderNewAddress(master, [worker]), within=timedelta(minutes=2))

    drill.expect_survival(of=before, losing_at_most=timedelta(seconds=30))


@pytest.mark.lab("1+1", endpoint="machine")
@pytest.mark.controls("CP-4(3)", "CP-9(2)", "CP-10", "A.5.30", "A1.3", "CIR 4.2.6")
def test_changed_name(drill: Drill) -> None:
    """A control plane comes back under another name: it is another Node, and the one that no machine is has to go."""
    master = drill.cluster.master
    before = drill.baseline()

    drill.inject(faults.RenameMachine(master, to="master9"))
    drill.recover(recoveries.RestoreUnderNewName(master), within=timedelta(minutes=2))

    drill.expect_survival(of=before, losing_at_most=timedelta(seconds=30))
