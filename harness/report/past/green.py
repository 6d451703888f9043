"""Since when a drill does not pass, and what was different from then on."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from harness.errors import JournalError
from harness.journal import read_journal
from harness.report.document import document
from harness.report.past.conditions import Change, changed_conditions
from harness.report.past.series import Night, Series
from harness.strict_json import json_value
from harness.verdict import judge


@dataclass(frozen=True, slots=True, kw_only=True)
class SinceGreen:
    """A drill that does not pass now: its last green run, its first red one after it, and what changed between them."""

    series: Series
    #: None where it never passed.
    green: Night | None
    red: Night
    reds: int
    changes: tuple[Change, ...]


def since_green(series: Series, reports: Path) -> SinceGreen | None:
    """What to look at first; None where the drill passed when it was last performed."""
    if series.last.passed:
        return None
    green = series.last_pass
    later = [night for night in series.nights if green is None or night.at > green.at]
    # Two of one moment cannot be told apart by it; the list is in order all the same.
    red = next((night for night in later if not night.passed), series.last)
    changes = changed_conditions(report_of(reports, green), report_of(reports, red)) if green is not None else ()
    return SinceGreen(series=series, green=green, red=red, reds=len(later), changes=changes)


def report_of(reports: Path, night: Night) -> Mapping[str, Any]:
    """The whole report of a night."""
    return read_report(reports / night.run.folder / night.line.folder)


def read_report(folder: Path) -> Mapping[str, Any]:
    """A drill's report, or, where there is none that can be read, what its journal comes to; empty without both."""
    try:
        told = json_value((folder / "report.json").read_bytes())
        if isinstance(told, dict):
            return told
    except (OSError, ValueError, RecursionError):
        pass
    try:
        return document(judge(read_journal(folder / "journal.jsonl")))
    except JournalError:
        return {}
