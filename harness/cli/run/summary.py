"""What is said when a run is over."""

from __future__ import annotations

from collections.abc import Sequence

from rich.console import Console
from rich.table import Table
from rich.text import Text

from harness.cli.run.outcome import Outcome
from harness.report import RunSummary
from harness.report.table import SIMULATED, TITLES, is_simulated, rows

STYLES = {"passed": "bold green", "failed": "bold red", "errored": "bold magenta", "inconclusive": "bold yellow"}
_INDENT = " " * 14


def say_outcomes(outcomes: Sequence[Outcome], console: Console) -> None:
    """A line for each verdict, with its cause, its measured promises and where the report is."""
    for outcome in outcomes:
        line = Text(f"{outcome.verdict.upper():<12}", style=STYLES[outcome.verdict])
        console.print(line, Text(outcome.drill, style="bold"), soft_wrap=True)
        for text in (outcome.cause, promises(outcome), _where(outcome)):
            if text:
                console.print(_INDENT + text, markup=False, soft_wrap=True)


def say_table(summary: RunSummary, console: Console) -> None:
    """All drills of a run with their figures, and which drills could not be performed."""
    table = Table(box=None, pad_edge=False, header_style="dim")
    for number, title in enumerate(TITLES):
        table.add_column(title, no_wrap=True, justify="left" if number < 2 else "right")
    for line, cells in zip(summary.drills, rows(summary), strict=True):
        table.add_row(Text(cells[0], style="bold"), Text(cells[1], style=STYLES[line.verdict]), *cells[2:])
    console.print()
    console.print(table)
    if is_simulated(summary.drills):
        console.print(SIMULATED, soft_wrap=True)
    for drill, why in summary.not_offered.items():
        console.print(f"Not offered: {drill}, because {why}.", markup=False, soft_wrap=True)


def promises(outcome: Outcome) -> str:
    """Both recovery times and the loss, measured against what was promised."""
    if "rto" not in outcome.report:
        return ""
    control_plane, workload = (
        _seconds(outcome.measured("rto", field)) for field in ("control_plane_seconds", "workload_seconds")
    )
    lost = _seconds(outcome.measured("rpo", "measured_seconds"))
    allowed, may_lose = (_seconds(outcome.measured(promise, "target_seconds")) for promise in ("rto", "rpo"))
    return (
        f"RTO: control plane {control_plane}, workload {workload} (target {allowed}) · RPO: {lost} (target {may_lose})"
    )


def say_pass_rate(rounds: Sequence[Sequence[Outcome]], console: Console) -> None:
    """How many of the repetitions passed whole."""
    passed = sum(all(outcome.verdict == "passed" for outcome in outcomes) for outcomes in rounds)
    console.print(f"Passed {passed} of {len(rounds)} ({100 * passed // len(rounds)} %).")


def _where(outcome: Outcome) -> str:
    page = outcome.folder / "report.html"
    return f"Report: {page}" if page.exists() else (f"Evidence: {outcome.folder}" if outcome.folder.exists() else "")


def _seconds(value: float | None) -> str:
    return "not measured" if value is None else f"{value:.1f} s"
