"""`kubedrill reap`."""

from __future__ import annotations

import contextlib
import dataclasses
import os
from collections.abc import Iterator
from typing import Annotated

import typer

from harness.cli.commands.options import AsJson
from harness.cli.console import answers, print_json
from harness.cli.exit_status import ExitStatus
from harness.images.store import open_store, release_store
from harness.ownership import ReapReport, cache_root, check_run_id
from harness.ownership import reap as reap_runs


def reap(
    run: Annotated[
        list[str] | None, typer.Option("--run", metavar="RUN", help="Only this run, its kept labs included.")
    ] = None,
    as_json: AsJson = False,
) -> int:
    """End all that dead runs left behind, and prove that nothing is left; live runs are not touched."""
    named = [check_run_id(name) for name in run] if run else None
    with _store_in_sight():
        report = reap_runs(named, release_kept=named is not None)
    refused = bool(named) and bool(set(report.alive) & set(named or ()))
    if as_json:
        print_json(dataclasses.asdict(report))
    else:
        _say(report)
    return ExitStatus.PASSED if report.clean and not refused else ExitStatus.CANNOT_TELL


@contextlib.contextmanager
def _store_in_sight() -> Iterator[None]:
    """The store is mounted meanwhile: labs that a reboot cut off lie in it. Afterwards it is not, unless it is used."""
    if os.geteuid() != 0 or not (cache_root() / "store.xfs").exists():
        yield
        return
    with open_store():
        yield
    release_store()


def _say(report: ReapReport) -> None:
    lines = [
        *(f"Ended {leak}" for leak in report.ended),
        *(f"The run '{run}' is alive and was not touched" for run in report.alive),
        *(f"The lab '{lab}' is kept and was not touched" for lab in report.kept),
        *(f"Went wrong on the way: {error}" for error in report.errors),
        *(f"Still there: {leak}" for leak in report.left),
    ]
    if report.left:
        lines.append("Not everything could be ended; run `kubedrill reap` again, or restart this host.")
    elif report.reaped:
        lines.append(f"Nothing is left of {', '.join(report.reaped)}.")
    else:
        lines.append("There was nothing to reap.")
    answers().print("\n".join(lines), markup=False, soft_wrap=True)
