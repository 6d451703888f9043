"""What many runs of the same drills come to."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from rich.console import Console
from rich.table import Table
from rich.text import Text

from harness.cli.run.outcome import Outcome
from harness.report.document import to_bytes
from harness.report.files import replace_file
from harness.report.spread import OF_PASSES, Repeated, repeated, spread_document, spread_page, spread_rows
from harness.report.table import SIMULATED

_COLUMNS = ("drill", "passed", "what", "times", "shortest", "median", "90 %", "longest")


def compare(rounds: Sequence[Sequence[Outcome]]) -> tuple[Repeated, ...]:
    """The rounds of each drill, in the order in which they were asked for."""
    names = dict.fromkeys(outcome.drill for outcomes in rounds for outcome in outcomes)
    return tuple(
        repeated(name, [_report(one) for outcomes in rounds for one in outcomes if one.drill == name]) for name in names
    )


def write_repetition(reports: Path, first_run: str, drills: Sequence[Repeated], *, simulated: bool) -> Path:
    """Put the table beside the runs, for people and for scripts; say where it is."""
    page = reports / f"repeat-{first_run}.md"
    count = max((len(one.rounds) for one in drills), default=0)
    notes = [SIMULATED] if simulated else []
    replace_file(page, spread_page(f"{count} times from run {first_run} on", drills, notes).encode())
    replace_file(page.with_suffix(".json"), to_bytes(spread_document(drills)))
    return page


def say_spread(drills: Sequence[Repeated], console: Console, *, simulated: bool) -> None:
    """The pass rate of each drill, the spread of its times, and what came of the rounds that did not pass."""
    table = Table(box=None, pad_edge=False, header_style="dim")
    for number, title in enumerate(_COLUMNS):
        table.add_column(title, no_wrap=True, justify="left" if number < 3 else "right")
    for row in spread_rows(drills):
        table.add_row(Text(row[0], style="bold"), *row[1:])
    console.print()
    console.print(table)
    for one in drills:
        for bad in one.others:
            console.print(f"{one.drill} {bad.verdict} in run {bad.run}: {bad.cause}", markup=False, soft_wrap=True)
    console.print(OF_PASSES, soft_wrap=True)
    if simulated:
        console.print(SIMULATED, soft_wrap=True)


def _report(outcome: Outcome) -> dict[str, object]:
    """Its report; one that is missing says so, with the cause that is known."""
    known = {"run": outcome.folder.parent.name, "verdict": outcome.verdict, "cause": outcome.cause}
    return {**outcome.report, **known}
