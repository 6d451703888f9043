"""End what dead runs left behind, and prove that nothing of it is left."""

from __future__ import annotations

import contextlib
import shutil
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

from harness.errors import LabError
from harness.ownership.audit import RESOURCES, scope_of
from harness.ownership.host import Host
from harness.ownership.lease import CLAIMS
from harness.ownership.places import leases_root
from harness.ownership.record import LeaseRecord, State, is_held, read_leases, taken_over
from harness.ownership.resource import Leak, Scope
from harness.ownership.run_id import begun_at
from harness.ownership.strays import strays

#: A lease that was being made when its owner was killed is no longer being made after this.
_DRAFT_AGE = timedelta(minutes=1)
#: What only seems dead may be alive in another container, which shares podman or libvirt with this one, and neither
#: its leases nor its processes. No drill lasts so long.
DOUBTFUL_AGE = timedelta(hours=6)


@dataclass(slots=True, kw_only=True)
class ReapReport:
    """What a reap found, did and could not do."""

    reaped: list[str] = field(default_factory=list)
    alive: list[str] = field(default_factory=list)
    kept: list[str] = field(default_factory=list)
    #: Runs that nobody here can tell to be dead, or that are too young to be ended; each with the reason.
    spared: dict[str, str] = field(default_factory=dict)
    ended: list[Leak] = field(default_factory=list)
    left: list[Leak] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)

    @property
    def clean(self) -> bool:
        """Whether nothing of a dead run is left; errors on the way do not count if it is gone in the end."""
        return not self.left


def reap(
    runs: Sequence[str] | None = None,
    *,
    own: str | None = None,
    release_kept: bool = False,
    older_than: timedelta | None = None,
    host: Host | None = None,
) -> ReapReport:
    """End all that belongs to dead runs, or to these if they are dead; live runs and kept labs are not touched.

    `own` is the caller's own run: it counts as dead although the caller lives. `release_kept` ends kept labs too.
    `older_than` spares runs that are younger. Runs that only seem dead are ended after six hours, or when named.
    """
    host = host or Host()
    report = ReapReport()
    _drop_drafts(host)
    leases = read_leases(now=host.clock.now())
    found = strays(leases, host)
    report.errors += found.errors
    wanted = set(runs) if runs is not None else {lease.run for lease in leases} | found.lost
    for run in sorted(wanted | ({own} if own else set())):
        mine = [lease for lease in leases if lease.run == run]
        if run != own and (is_alive(mine) or (run in found.foreign and not mine)):
            report.alive.append(run)
            continue
        if run != own and runs is None and (why := _why_spared(run, mine, older_than, host)):
            report.spared[run] = why
            continue
        scope = scope_of(run, leases, release_kept=release_kept)
        report.kept += sorted(scope.spared)
        dead = [lease for lease in mine if lease.name not in scope.spared]
        if not dead and mine:
            continue
        with _held([lease.folder for lease in dead if lease.state is not State.ALIVE]) as held:
            if held:
                _reap_run(scope, dead, host, report)
            else:
                report.errors.append(f"{run}: another reap is at work on it")
    return report


def is_alive(leases: Sequence[LeaseRecord]) -> bool:
    """Whether a run with these leases lives: by the lock of its parent where it has one, else by any lock."""
    parents = [lease for lease in leases if lease.parent]
    return any(lease.state is State.ALIVE for lease in parents or leases)


def _why_spared(run: str, mine: Sequence[LeaseRecord], older_than: timedelta | None, host: Host) -> str:
    """Why a run that is not known to live is not ended; empty if it is."""
    age = host.clock.now() - begun_at(run)
    doubt = "no lease of it is here" if not mine else ""
    if any(lease.state is State.UNCLEAR for lease in mine):
        doubt = "its lock cannot be seen from here"
    patience = older_than if older_than is not None else DOUBTFUL_AGE if doubt else timedelta(0)
    if age >= patience:
        return ""
    return f"it began {_minutes(age)} ago" + (f", and {doubt}, so that it may be alive elsewhere" if doubt else "")


def _minutes(age: timedelta) -> str:
    return f"{max(0, int(age.total_seconds() // 60))} min"


def _reap_run(scope: Scope, dead: Sequence[LeaseRecord], host: Host, report: ReapReport) -> None:
    before = len(report.ended) + len(report.errors)
    for kind, resource in RESOURCES:
        try:
            found = resource.find(scope, host)
            if found:
                report.ended += found
                resource.end(found, scope, host)
        except (LabError, OSError) as error:
            report.errors.append(f"{scope.run}: {kind}: {error}")
    left = _look_anew(scope, host, report)
    report.left += left
    report.ended = [leak for leak in report.ended if leak not in left]
    if not left:
        for lease in dead:
            # Who reaps its own run still needs its lease, but owns nothing by it any more.
            needed = lease.state is State.ALIVE and is_held(lease.folder)
            shutil.rmtree(lease.folder / CLAIMS if needed else lease.folder, ignore_errors=True)
            if needed:
                (lease.folder / CLAIMS).mkdir(mode=0o700, exist_ok=True)
    if dead or len(report.ended) + len(report.errors) > before:
        report.reaped.append(scope.run)


def _look_anew(scope: Scope, host: Host, report: ReapReport) -> list[Leak]:
    left: list[Leak] = []
    for kind, resource in RESOURCES:
        try:
            left += resource.find(scope, host)
        except (LabError, OSError) as error:
            left.append(Leak(kind=kind, name="unknown", detail=f"could not look: {error}"))
            report.errors.append(f"{scope.run}: {kind}: {error}")
    return left


def _drop_drafts(host: Host) -> None:
    for draft in leases_root().glob(".*"):
        with contextlib.suppress(FileNotFoundError):
            age = host.clock.now().timestamp() - draft.stat().st_mtime
            if age > _DRAFT_AGE.total_seconds() and not is_held(draft):
                shutil.rmtree(draft, ignore_errors=True)


@contextlib.contextmanager
def _held(folders: Sequence[Path]) -> Iterator[bool]:
    """Hold all of these dead leases, so that two reaps do not undo the same things side by side."""
    with contextlib.ExitStack() as stack:
        yield all(stack.enter_context(taken_over(folder)) for folder in folders)
