"""Ways to lose, one a file."""

from harness.faults.crash_containers import CrashContainers
from harness.faults.cut_off import CutOff
from harness.faults.cut_off_leader import CutOffLeader
from harness.faults.damage_database import DamageDatabase
from harness.faults.delete_namespace import DeleteNamespace
from harness.faults.destroy_machine import DestroyMachine
from harness.faults.drain import Drain
from harness.faults.fault import Fault
from harness.faults.fill_data_disk import FillDataDisk
from harness.faults.fill_etcd import FillEtcd
from harness.faults.kill_data_disk import KillDataDisk
from harness.faults.lose_control_plane import LoseControlPlane
from harness.faults.lose_member import LoseMember
from harness.faults.lose_pki import LosePki
from harness.faults.lose_quorum import LoseQuorum
from harness.faults.lose_worker_power import LoseWorkerPower
from harness.faults.move_machine import MoveMachine
from harness.faults.outlive_certificates import OutliveCertificates
from harness.faults.power_loss import PowerLoss
from harness.faults.rename_machine import RenameMachine
from harness.faults.swap_os_disk import SwapOsDisk

FAULTS: tuple[type[Fault], ...] = (
    SwapOsDisk,
    DestroyMachine,
    DeleteNamespace,
    KillDataDisk,
    DamageDatabase,
    PowerLoss,
    CrashContainers,
    CutOff,
    CutOffLeader,
    LosePki,
    OutliveCertificates,
    LoseQuorum,
    LoseControlPlane,
    LoseMember,
    FillEtcd,
    FillDataDisk,
    Drain,
    LoseWorkerPower,
    MoveMachine,
    RenameMachine,
)

__all__ = [
    "FAULTS",
    "CrashContainers",
    "CutOff",
    "CutOffLeader",
    "DamageDatabase",
    "DeleteNamespace",
    "DestroyMachine",
    "Drain",
    "Fault",
    "FillDataDisk",
    "FillEtcd",
    "KillDataDisk",
    "LoseControlPlane",
    "LoseMember",
    "LosePki",
    "LoseQuorum",
    "LoseWorkerPower",
    "MoveMachine",
    "OutliveCertificates",
    "PowerLoss",
    "RenameMachine",
    "SwapOsDisk",
]
