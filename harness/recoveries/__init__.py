"""Ways back, one a file."""

from harness.recoveries.adopt_data_disk import AdoptDataDisk
from harness.recoveries.adopt_data_disk_and_files import AdoptDataDiskAndFiles
from harness.recoveries.adopt_data_disk_as_written import AdoptDataDiskAsWritten
from harness.recoveries.clear_data_disk import ClearDataDisk
from harness.recoveries.free_space import FreeSpace
from harness.recoveries.power_on import PowerOn
from harness.recoveries.power_on_worker import PowerOnWorker
from harness.recoveries.reconnect import Reconnect
from harness.recoveries.recovery import Recovery
from harness.recoveries.regenerate_pki import TRUSTED_ELSEWHERE, RegeneratePki
from harness.recoveries.rejoin_by_token import RejoinByToken
from harness.recoveries.renew_certificates import RenewCertificates
from harness.recoveries.replace_data_disk import ReplaceDataDisk
from harness.recoveries.replace_member import ReplaceMember
from harness.recoveries.restore_cluster_backup import RestoreClusterBackup
from harness.recoveries.restore_etcd_service import RestoreEtcdService
from harness.recoveries.restore_for_all import RestoreForAll
from harness.recoveries.restore_into_new_directory import RestoreIntoNewDirectory
from harness.recoveries.restore_on_survivor import RestoreOnSurvivor
from harness.recoveries.restore_snapshot import RestoreSnapshot
from harness.recoveries.restore_under_new_address import RestoreUnderNewAddress
from harness.recoveries.restore_under_new_name import RestoreUnderNewName
from harness.recoveries.roll_back import RollBack
from harness.recoveries.uncordon import Uncordon

RECOVERIES: tuple[type[Recovery], ...] = (
    AdoptDataDisk,
    AdoptDataDiskAndFiles,
    AdoptDataDiskAsWritten,
    RestoreSnapshot,
    RollBack,
    ReplaceDataDisk,
    RestoreIntoNewDirectory,
    RestoreEtcdService,
    PowerOn,
    Reconnect,
    RegeneratePki,
    RenewCertificates,
    RejoinByToken,
    RestoreOnSurvivor,
    RestoreForAll,
    RestoreClusterBackup,
    ReplaceMember,
    FreeSpace,
    ClearDataDisk,
    PowerOnWorker,
    Uncordon,
    RestoreUnderNewAddress,
    RestoreUnderNewName,
)

__all__ = [
    "RECOVERIES",
    "TRUSTED_ELSEWHERE",
    "AdoptDataDisk",
    "AdoptDataDiskAndFiles",
    "AdoptDataDiskAsWritten",
    "ClearDataDisk",
    "FreeSpace",
    "PowerOn",
    "PowerOnWorker",
    "Reconnect",
    "Recovery",
    "RegeneratePki",
    "RejoinByToken",
    "RenewCertificates",
    "ReplaceDataDisk",
    "ReplaceMember",
    "RestoreClusterBackup",
    "RestoreEtcdService",
    "RestoreForAll",
    "RestoreIntoNewDirectory",
    "RestoreOnSurvivor",
    "RestoreSnapshot",
    "RestoreUnderNewAddress",
    "RestoreUnderNewName",
    "RollBack",
    "Uncordon",
]
