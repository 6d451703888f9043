"""The control plane was away for longer than its certificates live, and so was the worker's way to renew its own."""

from __future__ import annotations

from datetime import timedelta

import pytest

from harness import faults, recoveries
from harness.drill import Drill


@pytest.mark.lab("1+1", leaves_last=timedelta(minutes=2))
@pytest.mark.controls("CP-4(3)", "CP-10", "A.5.29", "A.5.30", "A1.3")
def test_expired_certificates(drill: Drill) -> None:
    """A backup whose certificates have expired is good once they are renewed; a worker that expired joins by token."""
    master, worker = drill.cluster.master, drill.cluster.workers[0]
    before = drill.baseline()

    drill.inject(faults.OutliveCertificates(master))
    drill.recover(recoveries.RenewCertificates(master), within=timedelta(minutes=8))
    drill.recover(recoveries.RejoinByToken(worker), within=timedelta(minutes=8))

    drill.expect_survival(of=before, losing_at_most=timedelta(0))
