"""All checks, in the order of causes: what stands earlier explains what stands later."""

from __future__ import annotations

from harness.verdict.address import AddressInBackup, AddressMoved
from harness.verdict.backup import BadBackupsRefused, SnapshotVerified
from harness.verdict.certificates import CertificatesAsBefore
from harness.verdict.configuration import KubeadmConfig, KubeletConfig, KubeProxyConfig
from harness.verdict.customisation import AdmissionBites, KubeletRunsAsBefore, SecondScheduler
from harness.verdict.displacement import (
    DoubledMeanwhile,
    DrainNamesLosses,
    GoneForGood,
    MovedOnce,
    NoneDoubled,
    RequestsKept,
    RequestsLost,
    ServesAgain,
    WaitsForMachine,
)
from harness.verdict.encryption import SecretsEncrypted
from harness.verdict.etcd import EtcdHealth, EtcdMembersNamed, EtcdOnDataDisk, EtcdRevision
from harness.verdict.etcd_service import ApiServerStayed, EtcdService
from harness.verdict.expiry import ExpiryDiagnosed, WorkerRejoined
from harness.verdict.fault import ControlPlaneStopped, FaultBit, RecoveryCompleted
from harness.verdict.hygiene import BackupFilesPrivate, HostClean, KeysPrivate, NoSecretsInReports
from harness.verdict.identity import JoinHash, OldJoin, OldTokens, WrongHashRefused
from harness.verdict.joining import ExpiredTokenRefused, NewTokenJoins
from harness.verdict.life import Dns, NewWrite, Rollout, Scheduling, Service, VolumeBytesKept
from harness.verdict.naming import GhostDiagnosed, NameMoved
from harness.verdict.outage import (
    ContainerRestarted,
    OperationsStopped,
    PodNotReplaced,
    ReturnedByItself,
    ServedThroughout,
)
from harness.verdict.pair import BackupPaired, KeysApart
from harness.verdict.parted import (
    ElectedByAll,
    HealedByItself,
    MajorityElected,
    MajorityServed,
    MinorityDeposed,
    MinorityRefused,
    Rejoined,
)
from harness.verdict.pods import AddOnsRunning, NoOrphans, WorkloadsUntouched
from harness.verdict.promise import Rpo, RtoControlPlane, RtoWorkload
from harness.verdict.reboot import AfterReboot
from harness.verdict.regrowth import (
    ApiNotNeeded,
    CertificatesUploaded,
    GhostsGone,
    OneCluster,
    OneRevision,
    SingleMember,
)
from harness.verdict.ruling import Check
from harness.verdict.scheduled import (
    BackupsOnTime,
    JobAsWritten,
    LossWithinSchedule,
    NewestWholeChosen,
    RetentionKept,
    ScheduleBack,
)
from harness.verdict.sidecar import SidecarBack, SnapshotsFresh
from harness.verdict.space import DiskHasRoom, OnlyReadsServed, SpaceRegained
from harness.verdict.state import LateObject, NodeTaintsAndLabels, ObjectsSurvived
from harness.verdict.succession import ApiServed, Redundancy, TakenOver
from harness.verdict.volumes import VolumesAhead
from harness.verdict.watching import WatchContinues

CHECKS: tuple[type[Check], ...] = (
    FaultBit,
    SnapshotVerified,
    BackupsOnTime,
    RetentionKept,
    SnapshotsFresh,
    NewestWholeChosen,
    BackupPaired,
    BadBackupsRefused,
    ControlPlaneStopped,
    ServedThroughout,
    ContainerRestarted,
    PodNotReplaced,
    OperationsStopped,
    DrainNamesLosses,
    WaitsForMachine,
    DoubledMeanwhile,
    RequestsKept,
    OnlyReadsServed,
    MajorityElected,
    ElectedByAll,
    MajorityServed,
    MinorityRefused,
    MinorityDeposed,
    ExpiryDiagnosed,
    ApiNotNeeded,
    OneCluster,
    SingleMember,
    RecoveryCompleted,
    ApiServed,
    TakenOver,
    SpaceRegained,
    DiskHasRoom,
    SidecarBack,
    ServesAgain,
    MovedOnce,
    NoneDoubled,
    GoneForGood,
    RequestsLost,
    ReturnedByItself,
    HealedByItself,
    JoinHash,
    AddressInBackup,
    AddressMoved,
    GhostDiagnosed,
    NameMoved,
    CertificatesAsBefore,
    WorkerRejoined,
    EtcdOnDataDisk,
    EtcdService,
    EtcdMembersNamed,
    EtcdHealth,
    SecretsEncrypted,
    GhostsGone,
    CertificatesUploaded,
    OneRevision,
    ObjectsSurvived,
    LateObject,
    OldTokens,
    SecondScheduler,
    AdmissionBites,
    KubeletRunsAsBefore,
    KubeadmConfig,
    KubeProxyConfig,
    KubeletConfig,
    NodeTaintsAndLabels,
    ExpiredTokenRefused,
    OldJoin,
    WrongHashRefused,
    NewTokenJoins,
    LossWithinSchedule,
    ScheduleBack,
    JobAsWritten,
    Rpo,
    EtcdRevision,
    VolumeBytesKept,
    VolumesAhead,
    RtoControlPlane,
    RtoWorkload,
    Redundancy,
    Rejoined,
    NewWrite,
    Scheduling,
    Rollout,
    Dns,
    Service,
    ApiServerStayed,
    AddOnsRunning,
    NoOrphans,
    WorkloadsUntouched,
    WatchContinues,
    AfterReboot,
    KeysPrivate,
    KeysApart,
    BackupFilesPrivate,
    NoSecretsInReports,
    HostClean,
)


def check_named(name: str) -> type[Check] | None:
    """The check of this name, if there is one."""
    return next((check for check in CHECKS if check.name == name), None)
