"""What a drill is like, as far as a sabotage has to know it."""

from __future__ import annotations

from dataclasses import dataclass

from harness.recoveries.recovery import PARTS
from harness.spec import LabSpec


@dataclass(frozen=True, slots=True, kw_only=True)
class Outline:
    """The machines, what runs on them, and what the recoveries promise."""

    lab: LabSpec
    keeps_configuration: bool = True
    restores_data: bool = False
    #: The control plane's own files are on the machine still, so that none of them comes from the backup.
    in_place: bool = False
    #: Bad backups are offered first.
    refuses: bool = False
    #: etcd gets another folder.
    moves_data: bool = False
    #: The parts of the backup that come back.
    takes: frozenset[str] = frozenset(PARTS)
    #: The certificates that are made anew.
    remakes: tuple[str, ...] = ()
    #: Whether certificates expire.
    outlives: bool = False
    #: Whether it looks at the time without a control plane.
    endures: bool = False
    #: The network is parted, and each side is looked at.
    parts: bool = False
    #: Other control planes are alive, and have to be stopped.
    stops_others: bool = False
    #: A new machine takes the place of one control plane, beside others that serve.
    replaces: bool = False
    customised: bool = False
    encrypted: bool = False
    #: etcd is filled up to its quota.
    fills: bool = False
    #: Something else fills the disk under etcd.
    fills_disk: bool = False
    token_expires: bool = False
    #: Backups come by themselves.
    scheduled: bool = False
    #: The cluster starts them, and no timer of the machine.
    by_cron_job: bool = False
    #: A second container of etcd's pod takes the snapshots.
    sidecar: bool = False
    #: The workloads of a worker have to leave it: it is drained, or it is lost.
    drains: bool = False
    misses_worker: bool = False
    #: A control plane gets another address, or another name.
    moves: bool = False
    renames: bool = False

    def why_not_taken(self, part: str) -> str | None:
        """Why nobody notices what becomes of this part of the backup; None if it comes back."""
        kept = "the control plane keeps its own, so nothing below"
        return None if part in self.takes else f"{kept} '{part}/' of the backup is used"
