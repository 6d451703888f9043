"""The parent of a run: it owns the run, starts pytest, watches, cleans up and says how it ended."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

from rich.console import Console

from harness.attestation import seal
from harness.cli.exit_status import ExitStatus
from harness.cli.run.building import show_building
from harness.cli.run.child import GRACE, performing, pytest_argv, supervise
from harness.cli.run.folder import drop_if_empty, make_run_folder, point_latest
from harness.cli.run.follow import Follower
from harness.cli.run.outcome import LOG, Outcome, exit_status, read_outcome
from harness.cli.run.request import RunRequest
from harness.cli.run.secrecy import clear_log, search
from harness.cli.run.signals import Signals, listening
from harness.cli.run.view import LineView, NoView, TableView, View
from harness.clock import Clock, HostClock
from harness.images.image import ensure_image
from harness.images.store import release_store
from harness.ownership import Lease, ReapReport, host_state, new_run_id, open_lease, read_leases, reap
from harness.report import RunSummary, merge
from harness.verdict.wording import counted


@dataclass(frozen=True, slots=True, kw_only=True)
class RunResult:
    """One run that is over."""

    run: str
    folder: Path
    outcomes: tuple[Outcome, ...]
    status: ExitStatus
    remarks: tuple[str, ...]
    kept: tuple[str, ...]
    summary: RunSummary | None = None
    #: Whether nothing is left on the host that could not be removed, and nothing secret in the reports.
    clean: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class RunParent:
    """All that the parent needs besides the request; replaced in tests."""

    console: Console
    quiet: bool = False
    clock: Clock = field(default_factory=HostClock)
    grace: timedelta = GRACE
    argv: Callable[[RunRequest, str, int], Sequence[str]] = pytest_argv
    #: Shows the progress of the run in this folder; None shows each drill with its phases.
    view: Callable[[Path], View] | None = None
    prepare: Callable[[RunRequest, Console, bool], None] = lambda request, console, quiet: prepare_image(
        request, console, quiet=quiet
    )

    def perform(self, request: RunRequest) -> RunResult:
        """Run the drills once; whatever happens, nothing but a kept lab is left."""
        run = new_run_id(self.clock.now())
        with listening() as signals, open_lease(run, parent=True) as lease:
            folder = make_run_folder(request.reports, run)
            self._say(f"Run {run}: {_conditions(request)}.")
            before = host_state()
            try:
                self.prepare(request, self.console, self.quiet)
                # Whoever is killed from now on has said which drills were to be performed: none of them is forgotten.
                merge(folder, request.folders, request.not_offered)
                self._drive(request, lease, folder, signals)
            finally:
                with signals.deferred():
                    reaped = _leave_nothing(request, run)
                    drop_if_empty(folder)
            outcomes = tuple(read_outcome(folder, name) for name in request.folders)
            status = ExitStatus.of_signal(signals.received[0]) if signals.received else exit_status(outcomes)
            remarks = (*_remarks(reaped), *before.changes(host_state()))
            if reaped.left and status is ExitStatus.PASSED:
                status = ExitStatus.CANNOT_TELL
            summary = merge(folder, request.folders, request.not_offered)
            clear_log(folder)
            seal(folder, summary.run)
            leaked = search(folder, outcomes)
            if leaked and status in (ExitStatus.PASSED, ExitStatus.FAILED):
                status = ExitStatus.CANNOT_TELL
        point_latest(request.reports, run)
        return RunResult(
            run=run,
            folder=folder,
            outcomes=outcomes,
            status=status,
            remarks=(*remarks, *leaked),
            kept=tuple(reaped.kept),
            summary=summary,
            clean=not reaped.left and not leaked,
        )

    def _drive(self, request: RunRequest, lease: Lease, folder: Path, signals: Signals) -> None:
        view, follower = self._view(request, folder), Follower(folder)

        def look() -> None:
            for drill, event in follower.new_events():
                view.take(drill, event)
            view.refresh(self.clock.now())

        argv = self.argv(request, lease.run, request.seed if request.seed is not None else secrets.randbits(32))
        with signals.deferred(), view, performing(argv, lease.environment, folder / LOG) as child:
            supervise(child, signals, look, self.clock, self.grace)
            look()

    def _view(self, request: RunRequest, folder: Path) -> View:
        if self.quiet:
            return NoView()
        if self.view is not None:
            return self.view(folder)
        names = request.folders
        return TableView(names, self.console) if self.console.is_terminal else LineView(names, self.console)

    def _say(self, text: str) -> None:
        if not self.quiet:
            self.console.print(text, markup=False, soft_wrap=True)


def _conditions(request: RunRequest) -> str:
    shard, many = request.shard, counted(len(request.drills), "drill")
    part = f"; shard {shard}, {many} of the division {shard.division}" if shard is not None else ""
    return f"provider {request.provider}, {request.why}; Kubernetes {request.kubernetes}{part}"


def prepare_image(request: RunRequest, console: Console, *, quiet: bool) -> None:
    """Have the node image before the drills begin, so that its minutes are nobody's recovery time."""
    if request.is_real:
        with show_building(console, quiet=quiet) as progress:
            ensure_image(request.kubernetes, request.source, progress)


def _leave_nothing(request: RunRequest, run: str) -> ReapReport:
    # A rehearsal owns folders alone, and has given them back unless its drills were killed.
    if not request.is_real and all(lease.parent for lease in read_leases() if lease.run == run):
        return ReapReport()
    reaped = reap([], own=run)
    if request.is_real:
        # Killed drills leave the store mounted; in use by others it stays.
        release_store()
    return reaped


def _remarks(reaped: ReapReport) -> tuple[str, ...]:
    ended = tuple(f"Left behind by the drills and removed: {leak}" for leak in reaped.ended)
    return (*ended, *(f"Could not be removed: {leak}" for leak in reaped.left), *reaped.errors)
