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
from harness.ownership.containers import owned
from harness.ownership.folders import named_folders
from harness.ownership.host import Host
from harness.ownership.lease import CLAIMS
from harness.ownership.places import cache_root, leases_root, other_leases
from harness.ownership.processes import marked_runs
from harness.ownership.record import LeaseRecord, State, is_held, read_leases, taken_over
from harness.ownership.resource import Leak, Scope
from harness.ownership.run_id import run_of
from harness.ownership.virtual import virtual_names

#: A lease that was being made when its owner was killed is no longer being made after this.
_DRAFT_AGE = timedelta(minutes=1)


@dataclass(slots=True, kw_only=True)
class ReapReport:
    """What a reap found, did and could not do."""

    reaped: list[str] = field(default_factory=list)
    alive: list[str] = field(default_factory=list)
    kept: list[str] = field(default_factory=list)
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
    host: Host | None = None,
) -> ReapReport:
    """End all that belongs to dead runs, or to these if they are dead; live runs and kept labs are not touched.

    `own` is the caller's own run: it counts as dead although the caller lives. `release_kept` ends kept labs too.
    """
    host = host or Host()
    report = ReapReport()
    _drop_drafts(host)
    leases = read_leases(now=host.clock.now())
    lost, foreign = _without_lease(leases, host, report)
    wanted = set(runs) if runs is not None else {lease.run for lease in leases} | lost
    for run in sorted(wanted | ({own} if own else set())):
        mine = [lease for lease in leases if lease.run == run]
        if run != own and (is_alive(mine) or (run in foreign and not mine)):
            report.alive.append(run)
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


def _without_lease(leases: Sequence[LeaseRecord], host: Host, report: ReapReport) -> tuple[set[str], set[str]]:
    """Runs that left things but have no lease here: those that nobody answers for, and those that somebody does."""
    seen = {run for folder in named_folders(cache_root(), host) if (run := run_of(folder.name))}
    if host.netns.is_dir():
        seen |= {run for path in host.netns.iterdir() if (run := run_of(path.name))}
    foreign = marked_runs(host) | {path.name.partition(".")[0] for path in other_leases(host.registry)}
    try:
        seen |= {run for name in virtual_names(host) if (run := run_of(name))}
        seen |= {labels.get("kubedrill.run") or run_of(name) or "" for name, _, labels in owned(host)}
    except (LabError, OSError) as error:
        report.errors.append(str(error))
    seen -= {lease.run for lease in leases} | {""}
    return seen - foreign, seen & foreign


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
