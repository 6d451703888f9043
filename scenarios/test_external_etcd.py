"""etcd is a service of a machine of its own, and its database is damaged."""

from __future__ import annotations

from datetime import timedelta

import pytest

from harness import faults, recoveries
from harness.drill import Drill


@pytest.mark.lab("1+etcd")
@pytest.mark.controls(
    "CP-9(1)", "CP-9(2)", "CP-10", "CP-10(4)", "A.8.13", "A1.3", "DORA 12(2)", "DORA 12(7)", "CIR 4.2.6", "CIS 11.5"
)
def test_external_etcd(drill: Drill) -> None:
    """An etcd beside the cluster goes on from a restored directory, and the API server finds it again by itself."""
    (etcd,) = drill.cluster.etcd_nodes
    before = drill.baseline()

    drill.inject(faults.DamageDatabase(etcd))
    drill.recover(recoveries.RestoreEtcdService(drill.cluster.master), within=timedelta(minutes=2))

    drill.expect_survival(of=before, losing_at_most=timedelta(seconds=30))
