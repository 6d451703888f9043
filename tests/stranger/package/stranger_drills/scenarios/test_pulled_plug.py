"""Somebody stumbles over the cable."""

from __future__ import annotations

from datetime import timedelta

import pytest

from harness.drill import Drill
from stranger_drills.house_runbook import HouseRunbook
from stranger_drills.pulled_plug import PulledPlug


@pytest.mark.lab("1")
def test_pulled_plug(drill: Drill) -> None:
    """The runbook of this house brings the cluster back after the cable was pulled."""
    master = drill.cluster.master
    before = drill.baseline()

    drill.inject(PulledPlug(master))
    drill.recover(HouseRunbook(master), within=timedelta(minutes=5))

    drill.expect_survival(of=before, losing_at_most=timedelta(0))
