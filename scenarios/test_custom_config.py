"""A control plane that is more than kubeadm makes it loses its operating system."""

from __future__ import annotations

from datetime import timedelta

import pytest

from harness import faults, recoveries
from harness.drill import Drill


@pytest.mark.lab("1", customised=True)
@pytest.mark.controls("CP-4(3)", "CP-10", "CP-10(4)", "A.5.30", "A1.3")
def test_custom_config(drill: Drill) -> None:
    """A second scheduler, admission rules and kubelet settings come back with the control plane that had them."""
    master = drill.cluster.master
    before = drill.baseline()

    drill.inject(faults.SwapOsDisk(master))
    drill.recover(recoveries.AdoptDataDiskAndFiles(master), within=timedelta(minutes=2))

    drill.expect_survival(of=before, losing_at_most=timedelta(0))
