"""Certificates, keys and kubeconfigs are gone; etcd and everything else is there."""

from __future__ import annotations

from datetime import timedelta

import pytest

from harness import faults, recoveries
from harness.drill import Drill


@pytest.mark.lab("1+1")
@pytest.mark.controls("CP-9(2)", "CP-10", "CP-10(4)", "A.5.29", "A.5.30", "A1.3")
def test_pki_loss(drill: Drill) -> None:
    """Leaf certificates and kubeconfigs are made anew by two commands, from the pairs that sign and no other backup."""
    master = drill.cluster.master
    before = drill.baseline()

    drill.inject(faults.LosePki(master))
    drill.recover(recoveries.RegeneratePki(master), within=timedelta(minutes=2))

    drill.expect_survival(of=before, losing_at_most=timedelta(0))


@pytest.mark.lab("1+1")
@pytest.mark.controls("CP-9(2)", "CP-10", "A.5.29", "A.5.30")
def test_pki_loss_least(drill: Drill) -> None:
    """The CA and the key of service accounts are enough: no one elsewhere knows the other authorities."""
    master = drill.cluster.master
    before = drill.baseline()

    drill.inject(faults.LosePki(master))
    drill.recover(recoveries.RegeneratePki(master, recoveries.TRUSTED_ELSEWHERE), within=timedelta(minutes=2))

    drill.expect_survival(of=before, losing_at_most=timedelta(0))
