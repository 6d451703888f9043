"""A worker is without power, and nothing on it is lost."""

from __future__ import annotations

from harness.faults.power_loss import PowerLoss


class LoseWorkerPower(PowerLoss):
    """Power cut; the machine stays off, and everybody else goes on."""

    name = "lose-worker-power"
    api_stays = True
    displaces = True
