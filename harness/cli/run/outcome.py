"""How each drill of a run ended, read from its report.json and from nothing else."""

from __future__ import annotations

import contextlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from harness.cli.exit_status import ExitStatus
from harness.cli.run.follow import JOURNAL
from harness.errors import JournalError
from harness.report import exit_status as status_of
from harness.report import write_reports
from harness.strict_json import json_value

REPORT, LOG = "report.json", "pytest.log"
_VERDICTS = frozenset({"passed", "failed", "errored", "inconclusive"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """One drill's verdict, the first cause, and the whole report where there is one."""

    drill: str
    folder: Path
    verdict: str
    cause: str
    report: dict[str, Any]

    def measured(self, promise: str, field: str) -> float | None:
        """A number of `rto` or `rpo`, None where it was not measured."""
        table = self.report.get(promise)
        value = table.get(field) if isinstance(table, dict) else None
        return float(value) if isinstance(value, int | float) else None


def read_outcome(run_folder: Path, drill: str) -> Outcome:
    """The outcome of one drill; a missing or unreadable report is an error of the harness, never a pass."""
    folder = run_folder / drill
    if (folder / JOURNAL).exists() and not (folder / REPORT).exists():
        # Whoever was to write it was killed; the journal tells what is known.
        with contextlib.suppress(JournalError, OSError):
            write_reports(folder)
    try:
        report = json_value((folder / REPORT).read_text())
        verdict = report["verdict"]
        if verdict not in _VERDICTS:
            raise ValueError(f"its verdict is {verdict!r}")
    except FileNotFoundError:
        return _errored(folder, drill, f"The drill left no report. {_last_words(run_folder / LOG)}")
    except (OSError, ValueError, KeyError, TypeError) as bad:
        return _errored(folder, drill, f"The report '{folder / REPORT}' cannot be read: {bad}")
    return Outcome(drill=drill, folder=folder, verdict=verdict, cause=_cause(report), report=report)


def exit_status(outcomes: Sequence[Outcome]) -> ExitStatus:
    """What these outcomes mean for scripts; of nothing, nothing can be told."""
    return ExitStatus(status_of([outcome.verdict for outcome in outcomes]))


def _cause(report: dict[str, Any]) -> str:
    if report.get("cause"):
        return str(report["cause"])
    findings = report.get("findings")
    rows = [row for row in findings if isinstance(row, dict)] if isinstance(findings, list) else []
    bad = [row for row in rows if row.get("outcome") in ("broken", "errored", "blocked") and row.get("cause")]
    return str(bad[0]["cause"]) if bad and report["verdict"] != "passed" else ""


def _errored(folder: Path, drill: str, cause: str) -> Outcome:
    return Outcome(drill=drill, folder=folder, verdict="errored", cause=cause, report={})


def _last_words(log: Path) -> str:
    """What pytest said last that sounds like a reason, and where the rest is."""
    try:
        lines = log.read_text(errors="replace").splitlines()
    except OSError:
        return f"There is no '{log}' either."
    reasons = [line.removeprefix("E  ").strip() for line in lines if line.startswith("E  ")]
    reasons = reasons or [line for line in lines if line.startswith(("ERROR", "INTERNALERROR>"))]
    said = f"Pytest said: {reasons[-1].rstrip('.')}. " if reasons else ""
    return f"{said}Its output is in '{log}'."
