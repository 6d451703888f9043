"""`kubedrill reap`."""

from __future__ import annotations

import contextlib
import dataclasses
import os
import re
from collections.abc import Iterator
from datetime import timedelta
from typing import Annotated

import typer

from harness.cli.commands.options import AsJson
from harness.cli.console import answers, print_json
from harness.cli.exit_status import ExitStatus
from harness.errors import SpecError, hinted
from harness.images.store import open_store, release_store
from harness.ownership import ReapReport, cache_root, check_run_id
from harness.ownership import reap as reap_runs

_AGE = re.compile(r"([0-9]{1,6})([smhd])")
_SECONDS = {"s": 1, "m": 60, "h": 3600, "d": 86400}


def reap(
    run: Annotated[
        list[str] | None, typer.Option("--run", metavar="RUN", help="Only this run, its kept labs included.")
    ] = None,
    older_than: Annotated[
        str | None,
        typer.Option(metavar="AGE", help="Only runs that began so long ago, such as 90m, 6h or 2d."),
    ] = None,
    as_json: AsJson = False,
) -> int:
    """End all that dead runs left behind, and prove that nothing is left; live runs are not touched."""
    named = [check_run_id(name) for name in run] if run else None
    age = None if older_than is None else parse_age(older_than)
    if named and age is not None:
        raise SpecError("A run is ended by its name (--run) or by its age (--older-than), not by both")
    with _store_in_sight():
        report = reap_runs(named, release_kept=named is not None, older_than=age)
    refused = bool(named) and bool(set(report.alive) & set(named or ()))
    if as_json:
        print_json(dataclasses.asdict(report))
    else:
        _say(report)
    return ExitStatus.PASSED if report.clean and not refused else ExitStatus.CANNOT_TELL


def parse_age(text: str) -> timedelta:
    """A stretch of time such as '90m', '6h' or '2d'."""
    matched = _AGE.fullmatch(text.strip())
    if matched is None:
        raise hinted(SpecError(f"'{text}' is no age"), "It is a number with s, m, h or d, such as 6h.")
    return timedelta(seconds=int(matched[1]) * _SECONDS[matched[2]])


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
        *(f"The run '{run}' was not touched: {why}" for run, why in report.spared.items()),
        *(f"The lab '{lab}' is kept and was not touched" for lab in report.kept),
        *(f"Went wrong on the way: {error}" for error in report.errors),
        *(f"Still there: {leak}" for leak in report.left),
    ]
    if any("elsewhere" in why for why in report.spared.values()):
        lines.append("Who knows that it is dead ends it by its name: kubedrill reap --run RUN")
    if report.left:
        lines.append("Not everything could be ended; run `kubedrill reap` again, or restart this host.")
    elif report.reaped:
        lines.append(f"Nothing is left of {', '.join(report.reaped)}.")
    else:
        lines.append("There was nothing to reap.")
    answers().print("\n".join(lines), markup=False, soft_wrap=True)
