"""Deliberate spoilings of a drill, which the drill must notice and name."""

from harness.sabotage.add_on_trouble import SilentAddOn
from harness.sabotage.address_trouble import ForgottenKubelets, WrongIp
from harness.sabotage.authority_loss import LoseEtcdCa, LoseFrontProxyCa
from harness.sabotage.backup_loss import ForgottenInitFlags, LoseCa, LoseCaKey, LoseSaKey, OlderPki
from harness.sabotage.deafness import DeafOracle
from harness.sabotage.displacement_trouble import DefaultPatience, ForcedDeletion, ForgottenUncordon, SingleReplica
from harness.sabotage.expiry_trouble import ForgottenRenewal, ForgottenWorker
from harness.sabotage.forgotten_customs import ForgottenAdmission, ForgottenKubeletConfiguration, ForgottenManifests
from harness.sabotage.harness_trouble import LabBreaksFirst, LeakedSecret
from harness.sabotage.lost_encryption import AnotherEncryptionKey, ForgottenEncryptionKeys
from harness.sabotage.machine_trouble import EmptyDataDisk, FaultDoesNothing, NotAfterReboot, SlowRecovery
from harness.sabotage.member_trouble import ForgottenMember
from harness.sabotage.name_trouble import StrandedVolume, WrongName
from harness.sabotage.old_token import TokenNeverExpires
from harness.sabotage.outage_trouble import HelpingHand, IdleKubelet
from harness.sabotage.outline import Outline
from harness.sabotage.parting_trouble import HealedTooSoon, LeftCut
from harness.sabotage.sabotage import Expected, Sabotage
from harness.sabotage.schedule_trouble import GreedyRetention, NewestByName, StoppedTimer, SuspendedCronJob
from harness.sabotage.service_trouble import UnitNotEdited, WrongOwner
from harness.sabotage.sidecar_trouble import ForgottenPatches, SilentSidecar
from harness.sabotage.snapshot_trouble import (
    DefaultMember,
    FlippedBit,
    ForeignSnapshot,
    HastyRestore,
    NoRevisionBump,
    OffTheDataDisk,
    StaleSnapshot,
    SurvivorsNotStopped,
    TruncatedSnapshot,
    UncheckedBackup,
)
from harness.sabotage.space_trouble import ForgottenDefragmentation, ForgottenDisarm, HeldOpen

SABOTAGES: tuple[type[Sabotage], ...] = (
    FaultDoesNothing,
    LoseCaKey,
    LoseCa,
    LoseSaKey,
    LoseEtcdCa,
    LoseFrontProxyCa,
    OlderPki,
    ForgottenInitFlags,
    ForgottenManifests,
    ForgottenAdmission,
    ForgottenKubeletConfiguration,
    ForgottenEncryptionKeys,
    AnotherEncryptionKey,
    EmptyDataDisk,
    StaleSnapshot,
    FlippedBit,
    TruncatedSnapshot,
    ForeignSnapshot,
    UncheckedBackup,
    NoRevisionBump,
    DefaultMember,
    HastyRestore,
    SurvivorsNotStopped,
    OffTheDataDisk,
    WrongOwner,
    UnitNotEdited,
    TokenNeverExpires,
    IdleKubelet,
    HelpingHand,
    ForgottenRenewal,
    ForgottenWorker,
    ForgottenDefragmentation,
    ForgottenDisarm,
    HeldOpen,
    ForgottenMember,
    HealedTooSoon,
    LeftCut,
    StoppedTimer,
    SuspendedCronJob,
    GreedyRetention,
    NewestByName,
    ForgottenPatches,
    SilentSidecar,
    SingleReplica,
    ForgottenUncordon,
    ForcedDeletion,
    DefaultPatience,
    WrongIp,
    ForgottenKubelets,
    WrongName,
    StrandedVolume,
    SlowRecovery,
    NotAfterReboot,
    SilentAddOn,
    LeakedSecret,
    LabBreaksFirst,
    DeafOracle,
)

__all__ = ["SABOTAGES", "Expected", "Outline", "Sabotage"]
