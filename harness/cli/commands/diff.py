"""`kubedrill diff`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.text import Text

from harness.cli.commands.options import AsJson, Reports, settings
from harness.cli.console import answers, print_json
from harness.cli.exit_status import ExitStatus
from harness.cli.run.folder import find_run
from harness.errors import SpecError
from harness.report.past.difference import Difference, Direction, DrillDifference, Tolerance, compare
from harness.report.past.folder import drill_folders
from harness.report.past.green import read_report

_STYLES = {Direction.WORSE: "bold red", Direction.BETTER: "green", Direction.CHANGED: "yellow"}
_RUN = "'latest', the name of a run, or a folder."


def diff(
    before: Annotated[str, typer.Argument(metavar="RUN", help=f"The run of before: {_RUN}")],
    after: Annotated[str, typer.Argument(metavar="RUN", help=f"The run of after: {_RUN}")],
    tolerance: Annotated[
        float, typer.Option(help="By how many per cent a time or the memory may move.", metavar="PERCENT", min=0)
    ] = 25,
    least: Annotated[
        float, typer.Option(help="By how many seconds a time may always move.", metavar="SECONDS", min=0)
    ] = 5,
    reports: Reports = None,
    as_json: AsJson = False,
) -> int:
    """Tell what got worse and what got better from one run to another; ends with 1 if anything got worse."""
    folder = reports or Path(settings().reports)
    old, new = find_run(before, folder), find_run(after, folder)
    found = compare(
        *_paired(_reports(old), _reports(new)), tolerated := Tolerance(share=tolerance / 100, seconds=least)
    )
    if as_json:
        print_json(_document(old, new, tolerated, found))
    else:
        _say(found, tolerated, answers())
    return ExitStatus.FAILED if any(one.of(Direction.WORSE) for one in found) else ExitStatus.PASSED


def _reports(folder: Path) -> dict[str, Any]:
    """The reports of a run by their folders; the folder of a single drill is one too."""
    if (folder / "report.json").is_file() or (folder / "journal.jsonl").is_file():
        return {folder.name: read_report(folder)}
    found = {name: read_report(folder / name) for name in drill_folders(folder)}
    if not found:
        raise SpecError(f"There is no report of a drill in '{folder}', so there is nothing to compare")
    return found


def _paired(old: dict[str, Any], new: dict[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    """Whoever names two drills wants them compared, whatever their folders are called."""
    if len(old) == len(new) == 1 and old.keys() != new.keys():
        name = f"{next(iter(old))} -> {next(iter(new))}"
        return {name: next(iter(old.values()))}, {name: next(iter(new.values()))}
    return old, new


def _document(old: Path, new: Path, tolerance: Tolerance, found: Sequence[DrillDifference]) -> dict[str, Any]:
    return {
        "schema_version": 1,
        "before": str(old),
        "after": str(new),
        "tolerance": asdict(tolerance),
        "worse": sum(len(one.of(Direction.WORSE)) for one in found),
        "better": sum(len(one.of(Direction.BETTER)) for one in found),
        "drills": [asdict(one) for one in found],
    }


def _say(found: Sequence[DrillDifference], tolerance: Tolerance, console: Console) -> None:
    for one in found:
        if not one.differences and not one.conditions:
            continue
        console.print(Text(one.drill, style="bold"), soft_wrap=True)
        for direction in Direction:
            for told in _grouped(one.of(direction)):
                console.print(Text(f"  {direction:<8}", style=_STYLES[direction]), Text(told), soft_wrap=True)
        for change in one.conditions:
            told = f"{change.what}: {change.before} -> {change.after}"
            console.print(Text("  under   ", style="dim"), Text(told), soft_wrap=True)
        if one.incomparable:
            console.print(f"  Times and memory are not compared: {one.incomparable}.", markup=False, soft_wrap=True)
    worse, better = (sum(len(one.of(way)) for one in found) for way in (Direction.WORSE, Direction.BETTER))
    limits = f"{tolerance.share:.0%}, at least {tolerance.seconds:g} s or {tolerance.mib:g} MiB"
    told = f"{worse or 'Nothing'} got worse, {better or 'nothing'} better; numbers may move by {limits}."
    console.print(told, style="bold red" if worse else "green", soft_wrap=True)


def _grouped(differences: Sequence[Difference]) -> list[str]:
    """A line for each; what befell many checks for one reason is said once."""
    found: dict[str, list[str]] = {}
    for one in differences:
        found.setdefault(f"{one.before} -> {one.after}", []).append(one.what)
    return [f"{', '.join(names)}: {told}" for told, names in found.items()]
