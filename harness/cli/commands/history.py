"""`kubedrill history`."""

from __future__ import annotations

from datetime import UTC, datetime, time
from pathlib import Path
from typing import Annotated, Any

import typer

from harness.cli.commands.history_view import say_green, say_series
from harness.cli.commands.options import AsJson, Reports, settings
from harness.cli.console import answers, print_json, remarks
from harness.cli.exit_status import ExitStatus
from harness.cli.run.request import one_of, rhythm_of
from harness.errors import LabError, SpecError, hinted
from harness.report.past import Past, Rhythm, Series, Standing, look_back, read_index, write_page
from harness.report.past.document import green_document, series_document
from harness.report.past.green import SinceGreen, since_green


def history(
    drills: Annotated[
        list[str] | None, typer.Argument(metavar="[DRILL...]", help="Exact names; without them all drills.")
    ] = None,
    green: Annotated[
        bool,
        typer.Option(
            "--since-green",
            help="Of each drill that does not pass now: since when, and what was different from then on.",
        ),
    ] = False,
    every: Annotated[
        float | None,
        typer.Option(help="A drill whose last pass is older than so many hours is stale.", metavar="HOURS", min=0.1),
    ] = None,
    as_of: Annotated[
        str | None, typer.Option(help="Look at the past as it was then; a day means its end.", metavar="TIME")
    ] = None,
    check: Annotated[
        bool, typer.Option("--check", help="End with 1 if a drill did not pass when last performed, or is stale.")
    ] = False,
    reports: Reports = None,
    as_json: AsJson = False,
) -> int:
    """Show how each drill did over all runs that are kept, and write the page of all runs."""
    chosen = settings()
    folder = _folder(reports or Path(chosen.reports))
    moment, rhythm = _moment(as_of), rhythm_of(chosen, every)
    past = look_back(runs := read_index(folder), moment)
    _write_page(folder, past, rhythm)
    past = look_back(runs, moment, _known(drills, folder, past)) if drills else past
    found = [one for series in _counting(past) if (one := since_green(series, folder))] if green else []
    if as_json:
        print_json(_document(past, folder, rhythm, found))
    elif green:
        say_green(found, _counting(past), answers())
    else:
        say_series(past, rhythm, answers(), nights=bool(drills))
    return ExitStatus.FAILED if check and _is_worrying(past, rhythm) else ExitStatus.PASSED


def _folder(asked: Path) -> Path:
    if not asked.is_dir():
        raise hinted(SpecError(f"There are no reports: '{asked}' is not a folder"), "See --reports.")
    return asked


def _moment(asked: str | None) -> datetime:
    if asked is None:
        return datetime.now(UTC)
    try:
        told = datetime.fromisoformat(asked)
    except ValueError as bad:
        raise hinted(SpecError(f"'{asked}' is no moment"), "Say 2026-11-22, or 2026-11-22T09:30+00:00.") from bad
    if len(asked) == len("2026-11-22"):
        told = datetime.combine(told.date(), time.max)
    return told.replace(tzinfo=UTC) if told.tzinfo is None else told.astimezone(UTC)


def _write_page(folder: Path, past: Past, rhythm: Rhythm) -> None:
    try:
        write_page(folder, past, rhythm)
    except LabError as refused:
        # Of a folder that is mounted to be read only, the table is there all the same.
        remarks().print(f"Note: {refused}", markup=False, soft_wrap=True)


def _known(asked: list[str], folder: Path, past: Past) -> list[str]:
    names = {one.drill for one in past.series}
    return [one_of("drill", name, names, f"In '{folder}' are: {', '.join(sorted(names)) or 'none'}") for name in asked]


def _counting(past: Past) -> tuple[Series, ...]:
    """Evidence; where there is none what was made for show, and else rehearsals: who has nothing else asks of them."""
    order = (Standing.EVIDENCE, Standing.DEMONSTRATION, Standing.REHEARSAL)
    return next((found for standing in order if (found := past.of(standing))), ())


def _is_worrying(past: Past, rhythm: Rhythm) -> bool:
    """Whether a drill fails or is stale; where nothing is evidence, nothing is known to work."""
    series = past.of(Standing.EVIDENCE)
    return not series or any(not one.last.passed or one.is_stale(rhythm, past.as_of) for one in series)


def _document(past: Past, folder: Path, rhythm: Rhythm, found: list[SinceGreen]) -> dict[str, Any]:
    return {
        "schema_version": 1,
        "as_of": past.as_of.isoformat(),
        "reports": str(folder),
        "runs": len(past.runs),
        "left_out": past.later,
        "drills": [series_document(one, rhythm, past.as_of) for one in past.series],
        "since_green": [green_document(one) for one in found],
    }
