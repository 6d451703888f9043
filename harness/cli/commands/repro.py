"""`kubedrill repro`."""

from __future__ import annotations

import shlex
from pathlib import Path
from typing import Annotated

import typer

from harness.cli.commands.options import Reports, settings
from harness.cli.commands.run import run as perform
from harness.cli.console import answers
from harness.cli.exit_status import ExitStatus
from harness.cli.run.folder import find_run
from harness.cli.run.rerun import Rerun, one_drill, rerun_of
from harness.report.past.folder import drill_folders
from harness.report.past.green import read_report


def repro(
    run: Annotated[str, typer.Argument(help="'latest', the name of a run, or a folder.")],
    drill: Annotated[
        str | None, typer.Argument(metavar="[DRILL]", help="Which drill; by default the one that did not pass.")
    ] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Print the command, and do not run it.")] = False,
    reports: Reports = None,
) -> int:
    """Repeat a drill with the same seed, node image, Kubernetes, provider and sabotage, and keep its lab."""
    chosen = settings()
    folder = find_run(run, reports or Path(chosen.reports))
    # The folder of a single drill is as good as that of its run.
    parent, names = (folder.parent, [folder.name]) if _is_drill(folder) else (folder, drill_folders(folder))
    told = {name: read_report(parent / name) for name in names}
    name = one_drill(folder, {name: str(one.get("verdict") or "errored") for name, one in told.items()}, drill)
    again = rerun_of(told[name], chosen)
    where = ["--reports", str(reports)] if reports is not None else []
    answers().out(shlex.join(["kubedrill", "run", *again.words, *where]), highlight=False)
    return ExitStatus.PASSED if dry_run else _performed(again, reports)


def _is_drill(folder: Path) -> bool:
    return (folder / "report.json").is_file() or (folder / "journal.jsonl").is_file()


def _performed(again: Rerun, reports: Path | None) -> int:
    return perform(
        [again.drill],
        provider=again.provider,
        kubernetes=again.kubernetes,
        source=again.source,
        connect=again.connect,
        keep=again.keep,
        sabotage=again.sabotage,
        seed=again.seed,
        reports=reports,
    )
