"""What is said when a run is over."""

from __future__ import annotations

from collections.abc import Sequence

from rich.console import Console
from rich.text import Text

from harness.cli.run.outcome import Outcome

_STYLES = {"passed": "bold green", "failed": "bold red", "errored": "bold magenta", "inconclusive": "bold yellow"}
_INDENT = " " * 14


def say_outcomes(outcomes: Sequence[Outcome], console: Console) -> None:
    """A line for each verdict, with its cause, its measured promises and where the report is."""
    for outcome in outcomes:
        line = Text(f"{outcome.verdict.upper():<12}", style=_STYLES[outcome.verdict])
        console.print(line, Text(outcome.drill, style="bold"), soft_wrap=True)
        for text in (outcome.cause, promises(outcome), _where(outcome)):
            if text:
                console.print(_INDENT + text, markup=False, soft_wrap=True)


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
