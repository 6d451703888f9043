"""`kubedrill summary`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from harness.cli.commands.options import Reports, settings
from harness.cli.console import answers
from harness.cli.run.folder import find_run
from harness.errors import SpecError, hinted
from harness.report import summary_of
from harness.report.step_summary import LIMIT_KIB, step_summary


def summary(
    runs: Annotated[
        list[str] | None, typer.Argument(metavar="RUN...", help="'latest', names of runs, or folders.")
    ] = None,
    limit_kib: Annotated[int, typer.Option(help="No more than this is printed.", metavar="KIB")] = LIMIT_KIB,
    reports: Reports = None,
) -> None:
    """Print runs as Markdown for a CI server's page: verdicts, figures, and what did not hold."""
    if limit_kib < 1:
        raise SpecError(f"A summary of {limit_kib} KiB holds nothing: it is at least 1")
    folders = [find_run(run, reports or Path(settings().reports)) for run in runs or ["latest"]]
    pages = [(folder, summary_of(folder)) for folder in folders]
    for folder, page in pages:
        if not page.drills:
            raise hinted(SpecError(f"There is no drill in '{folder}'"), "Give the folder of a run.")
    answers().out(step_summary(pages, limit_kib * 1024), end="", highlight=False)
