"""The past for scripts."""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime
from typing import Any

from harness.report.past.green import SinceGreen
from harness.report.past.series import Night, Rhythm, Series
from harness.report.past.trend import MEASURES


def series_document(series: Series, rhythm: Rhythm, as_of: datetime) -> dict[str, Any]:
    """One drill of one standing, with all its nights, oldest first."""
    every = rhythm.of(series.drill)
    return {
        "drill": series.drill,
        "standing": series.standing.value,
        "runs": len(series.nights),
        "passed": series.passed,
        "last": night_document(series.last),
        "last_pass": night_document(series.last_pass) if series.last_pass is not None else None,
        "every_hours": every.total_seconds() / 3600 if every is not None else None,
        "stale": series.is_stale(rhythm, as_of),
        "nights": [night_document(night) for night in series.nights],
    }


def night_document(night: Night) -> dict[str, Any]:
    """One night of a drill."""
    line = night.line
    return {
        "run": night.run.folder,
        "folder": line.folder,
        "at": night.at.isoformat(),
        "verdict": line.verdict,
        "cause": line.cause,
        "sabotage": line.sabotage or None,
        "provider": line.provider,
        "fidelity": line.fidelity,
        "kubernetes": line.kubernetes,
        **{measure.field: measure.of(line) for measure in MEASURES},
    }


def green_document(found: SinceGreen) -> dict[str, Any]:
    """Since when a drill does not pass."""
    return {
        "drill": found.series.drill,
        "standing": found.series.standing.value,
        "green": night_document(found.green) if found.green is not None else None,
        "red": night_document(found.red),
        "runs_since": found.reds,
        "changes": [asdict(change) for change in found.changes],
    }
