"""What a scenario intends, as data."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta

from harness.backup.scheduled import Job
from harness.facts.leadership import Office
from harness.faults import Fault
from harness.faults.fault import (
    Bite,
    comes_through_api,
    destroyed_by,
    displaces,
    fills_disk,
    isolated_by,
    leaves_alive,
    leaves_api,
    moves_to,
    outlives_leaves,
    renames_to,
    struck_by,
    upset_by,
    why_not_on,
)
from harness.recoveries import Recovery
from harness.recoveries.recovery import (
    brings_back,
    is_of_worker,
    lets_in_again,
    remade_by,
    replaces_member,
    restores_data,
    taken_by,
    works_in_place,
)
from harness.spec import DataDisk


@dataclass(slots=True, kw_only=True)
class Intent:
    """The story in data: what strikes, what brings back, and what is promised."""

    shared_endpoint: bool = True
    customised: bool = False
    encrypted: bool = False
    leaves_last: timedelta | None = None
    #: How large etcd's database may grow, where that is not etcd's default.
    etcd_quota_mib: int | None = None
    sidecar: bool = False
    #: How long a bootstrap token lasts that is issued to expire, where there is one.
    token_lasts: timedelta | None = None
    #: How long the drill stays without what the fault took to see what goes on, where it does.
    endures: timedelta | None = None
    #: How long the network stays parted to see what each side does, where it does.
    parted: timedelta | None = None
    #: How backups come by themselves, where they do.
    job: Job | None = None
    faults: list[Fault] = field(default_factory=list)
    recoveries: list[Recovery] = field(default_factory=list)
    #: The bad backups that are offered, by name.
    refused: list[str] = field(default_factory=list)
    #: Whoever leads here is killed.
    deposed: list[Office] = field(default_factory=list)
    within: timedelta | None = None
    losing_at_most: timedelta | None = None
    #: The time that a policy allows every recovery instead of what the scenario says.
    imposed: timedelta | None = None

    @property
    def missing(self) -> str:
        """What there has to be for a judgement and is not said; empty if all of it is."""
        if not self.faults:
            return "fault"
        if not self.recoveries:
            return "recovery"
        return "expectation" if self.losing_at_most is None else ""

    @property
    def keeps_configuration(self) -> bool:
        """Whether each recovery promises to bring back more than the identity."""
        return all(recovery.keeps_configuration for recovery in self.recoveries)

    @property
    def restores_data(self) -> bool:
        """Whether etcd's data come from the backup, so that what was written after it is lost."""
        return any(restores_data(recovery) for recovery in self.recoveries)

    def loses(self, disk: DataDisk, node: str) -> bool:
        """Whether a fault takes this data disk of this machine."""
        return any(node in struck_by(fault) and disk in destroyed_by(fault) for fault in self.faults)

    def spares(self, node: str) -> bool:
        """Whether no fault strikes this machine; a bad change strikes all, one that upsets some workloads none."""
        struck = (fault for fault in self.faults if upset_by(fault) is None)
        return all(node not in struck_by(fault) and not comes_through_api(fault) for fault in struck)

    @property
    def moved(self) -> dict[str, str]:
        """The machines that get another address, and which."""
        return {fault.node: address for fault in self.faults if (address := moves_to(fault))}

    @property
    def renamed(self) -> dict[str, str]:
        """The machines that get another name, and which."""
        return {fault.node: name for fault in self.faults if (name := renames_to(fault))}

    @property
    def upsets(self) -> tuple[str, ...]:
        """The workloads that a fault upsets on a machine that is spared."""
        return tuple(name for fault in self.faults for name in upset_by(fault) or ())

    @property
    def fills_disk(self) -> bool:
        """Whether the disk under etcd has no room, and has to get it back."""
        return any(fills_disk(fault) for fault in self.faults)

    @property
    def outlives(self) -> bool:
        """Whether leaf certificates expire while a machine is away."""
        return any(outlives_leaves(fault) for fault in self.faults)

    @property
    def rejoined(self) -> tuple[str, ...]:
        """The workers that have to join again."""
        return tuple(recovery.node for recovery in self.recoveries if lets_in_again(recovery))

    @property
    def remakes(self) -> tuple[str, ...]:
        """The certificates that a recovery makes anew."""
        return tuple(name for recovery in self.recoveries for name in remade_by(recovery))

    @property
    def takes(self) -> frozenset[str]:
        """The parts of the backup that a recovery uses."""
        return frozenset(part for recovery in self.recoveries for part in taken_by(recovery))

    @property
    def in_place(self) -> bool:
        """Whether the control plane keeps its files, and its machine its power."""
        return all(works_in_place(recovery) for recovery in self.recoveries)

    @property
    def moves_data(self) -> bool:
        """Whether etcd has another folder afterwards."""
        return any(hasattr(recovery, "directory") for recovery in self.recoveries)

    @property
    def directory(self) -> str:
        """The folder that etcd has afterwards."""
        named = (getattr(recovery, "directory", None) for recovery in self.recoveries)
        return next((one for one in named if one is not None), DataDisk.ETCD.mount_point)

    @property
    def brought_back(self) -> tuple[str, ...]:
        """The control planes that the recoveries bring back; one more reboot of all of them has to be survived."""
        of_masters = (one for one in self.recoveries if not lets_in_again(one) and not is_of_worker(one))
        return tuple(dict.fromkeys(name for recovery in of_masters for name in brings_back(recovery)))

    @property
    def rebooted(self) -> tuple[str, ...]:
        """The machines that have to survive one more reboot: those control planes, or the worker that is back."""
        return self.brought_back or tuple(one.node for one in self.recoveries if is_of_worker(one))

    @property
    def displaced(self) -> str | None:
        """The worker whose workloads have to leave it, or to wait for it."""
        return next((fault.node for fault in self.faults if displaces(fault)), None)

    @property
    def goes_on_alone(self) -> bool:
        """Whether that worker is cut off, and alive."""
        return any(displaces(fault) and leaves_alive(fault) for fault in self.faults)

    @property
    def lacks_control_plane(self) -> bool:
        """Whether somebody looks at the time in which there is none."""
        return self.endures is not None and self.stops_api

    @property
    def regrown(self) -> tuple[str, ...]:
        """Those of them that join a control plane which one machine has restored alone."""
        return tuple(name for name in self.brought_back if name not in {one.node for one in self.recoveries})

    @property
    def from_pair(self) -> bool:
        """Whether the backup is kept as a snapshot and an archive of the same moment."""
        return any(getattr(recovery, "from_pair", False) for recovery in self.recoveries)

    @property
    def rebuilt(self) -> tuple[str, ...]:
        """Those of them whose machines are new."""
        return tuple(name for name in self.regrown if self.loses(DataDisk.ETCD, name))

    @property
    def replaced(self) -> tuple[str, ...]:
        """The control planes in whose places new machines join others that served all the time."""
        return tuple(one.node for one in self.recoveries if replaces_member(one))

    @property
    def isolated(self) -> str:
        """The control plane that is parted from the majority; empty if none is."""
        return next(filter(None, map(isolated_by, self.faults)), "")

    @property
    def stops_api(self) -> bool:
        """Whether a fault takes the API away; a bad change leaves it serving, and so do others beside the lost one."""
        return not all(leaves_api(fault) for fault in self.faults)

    def why_not_on(self, provider: str) -> str:
        """What the machines of a provider have no means for; empty if they can be lost in each of these ways."""
        return "; ".join(filter(None, (why_not_on(fault, provider) for fault in self.faults)))

    @property
    def bites(self) -> tuple[Bite, ...]:
        """What proves that the faults were real."""
        return tuple(bite for fault in self.faults for bite in fault.bites)
