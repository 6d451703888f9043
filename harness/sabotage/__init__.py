"""Deliberate spoilings of a drill, which the drill must notice and name."""

from harness.sabotage.backup_loss import ForgottenInitFlags, LoseCa, LoseCaKey, LoseSaKey
from harness.sabotage.deafness import DeafOracle
from harness.sabotage.machine_trouble import EmptyDataDisk, FaultDoesNothing, NotAfterReboot, SlowRecovery
from harness.sabotage.sabotage import Expected, Sabotage

SABOTAGES: tuple[type[Sabotage], ...] = (
    FaultDoesNothing,
    LoseCaKey,
    LoseCa,
    LoseSaKey,
    ForgottenInitFlags,
    EmptyDataDisk,
    SlowRecovery,
    NotAfterReboot,
    DeafOracle,
)

__all__ = ["SABOTAGES", "Expected", "Sabotage"]
