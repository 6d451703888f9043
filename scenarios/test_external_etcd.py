"""etcd is a service of a machine of its own, and its database is damaged."""

from __future__ import annotations

from datetime import timedelta

import pytest

from harness import faults, recoveries
from harness.drill import Drill


@pytest.mark.lab("1+etcd")
def test_external_etcd(drill: Drill) -> None:
    """An etcd beside the cluster goes on from a restored directory, and the API server finds it again by itself."""
    (etcd,) = drill.cluster.etcd_nodes
    before = drill.baseline()

    drill.inject(faults.DamageDatabase(etcd))
    drill.recover(recoveries.RestoreEtcdService(drill.cluster.master), within=timedelta(minutes=2))

    drill.expect_survival(of=before, losing_at_most=timedelta(seconds=30))
