"""Secrets are encrypted at rest, and the machine is lost with the keys."""

from __future__ import annotations

from datetime import timedelta

import pytest

from harness import faults, recoveries
from harness.drill import Drill


@pytest.mark.lab("1", encrypted=True)
@pytest.mark.controls(
    "CP-9",
    "CP-9(1)",
    "CP-9(2)",
    "CP-10",
    "A.5.29",
    "A.8.13",
    "A1.3",
    "HIPAA 164.308(a)(7)(ii)(A)",
    "DORA 12(7)",
    "CIR 4.2.6",
    "CIS 11.3",
    "CIS 11.5",
)
def test_encrypted_etcd(drill: Drill) -> None:
    """A snapshot whose Secrets are encrypted can be read again, because the keys were kept beside it."""
    master = drill.cluster.master
    before = drill.baseline()

    drill.inject(faults.DestroyMachine(master))
    drill.recover(recoveries.RestoreSnapshot(master), within=timedelta(minutes=2))

    drill.expect_survival(of=before, losing_at_most=timedelta(seconds=30))
