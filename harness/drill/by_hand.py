"""A recovery on a kept lab, one command after the other, for somebody who looks on."""

from __future__ import annotations

import contextlib
import inspect
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from harness.backup import Bundle
from harness.backup.snapshot import SNAPSHOT_FILE
from harness.clock import HostClock
from harness.cluster.cluster import Cluster
from harness.drill.kept import KeptLab, kept_lab
from harness.drill.session import traits
from harness.errors import LabError, SpecError, hinted
from harness.journal.writer import Journal
from harness.lab.told_channel import Teller, ToldChannel
from harness.ownership import LeaseRecord, State, read_leases
from harness.ownership.record import taken_over
from harness.providers.seam import Channel
from harness.recoveries import RECOVERIES, Recovery
from harness.recoveries.recovery import needs_other_disks, restores_data

#: The provider whose kept labs can be opened again.
_PROVIDER = "container"
_PERFORM = "Perform its drill: `kubedrill list` shows them all."


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenedLab:
    """A kept lab with its cluster and its backup in hand."""

    kept: KeptLab
    cluster: Cluster
    bundle: Bundle


def recovery_named(name: str) -> type[Recovery] | None:
    """The recovery of this name, be it that of the journal or that of its class."""
    return next((one for one in RECOVERIES if name in (name_of(one), one.__name__)), None)


def name_of(recovery: type[Recovery]) -> str:
    """Its name in the journal."""
    return str(vars(recovery).get("name", recovery.__name__))


def demand_by_hand(recovery: type[Recovery]) -> None:
    """Refuse what commands alone cannot do, before anything is touched."""
    if needs_other_disks(recovery):
        raise hinted(
            SpecError(f"The recovery '{name_of(recovery)}' puts other disks in, which a kept lab cannot get"),
            _PERFORM,
        )
    needed = [one for one in inspect.signature(recovery).parameters.values() if one.default is one.empty]
    if len(needed) != 1:
        told = ", ".join(one.name for one in needed)
        raise hinted(
            SpecError(f"The recovery '{name_of(recovery)}' needs to know more than one machine: {told}"), _PERFORM
        )


def demand_backup(recovery: type[Recovery], found: OpenedLab) -> None:
    """Refuse a recovery that needs what the drill's backup does not have."""
    if restores_data(recovery) and SNAPSHOT_FILE not in found.bundle.files:
        lacking = f"the backup of '{found.kept.drill}' has none"
        raise SpecError(f"The recovery '{name_of(recovery)}' restores a snapshot of etcd, and {lacking}")


def find_kept(asked: str) -> LeaseRecord:
    """The kept lab of a run, or of this name; what is not kept, or not the only one, is a SpecError."""
    kept = [lease for lease in read_leases() if lease.state is State.KEPT]
    found = [lease for lease in kept if asked in (lease.run, lease.name)]
    if len(found) == 1:
        return found[0]
    known = ", ".join(sorted(lease.name for lease in found or kept)) or "none"
    what = f"The run '{asked}' kept several labs" if found else f"There is no kept lab '{asked}'"
    raise hinted(SpecError(f"{what}; kept are: {known}"), "`kubedrill run DRILL --keep on-failure` keeps one.")


@contextlib.contextmanager
def opened(lease: LeaseRecord, tell: Teller) -> Iterator[OpenedLab]:
    """A kept lab for as long as the block lasts; nobody else works with it, or ends it, meanwhile."""
    kept = kept_lab(lease)
    if kept.provider != _PROVIDER:
        raise SpecError(
            f"The kept lab '{lease.name}' is one of '{kept.provider}'; only those of '{_PROVIDER}' can be opened"
        )
    # Imported late: each provider brings libraries that the others do without.
    from harness.providers.container.reopened import reopened

    def through(machine: str, channel: Channel) -> Channel:
        return ToldChannel(machine, channel, tell)

    with contextlib.ExitStack() as stack:
        if not stack.enter_context(taken_over(lease.folder)):
            raise LabError(f"Somebody else is at work with the lab '{lease.name}'")
        bundle = kept.vault.load(kept.vault.only_name)
        lab = stack.enter_context(reopened(lease, kept.lab, kept.cluster.kubernetes, through, tell))
        journal = stack.enter_context(contextlib.closing(Journal(_journal(kept), HostClock())))
        cluster = Cluster(kept.cluster, lab, journal, traits(kept.fidelity))
        cluster.credentials = kept.credentials
        yield OpenedLab(kept=kept, cluster=cluster, bundle=bundle)


def _journal(kept: KeptLab) -> Path:
    folder = kept.reports / "by-hand"
    folder.mkdir(exist_ok=True)
    return folder / f"{datetime.now(UTC):%Y%m%d-%H%M%S}.jsonl"
