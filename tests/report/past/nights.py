"""Folders of reports with as many nights in them as are needed, written as `kubedrill run` writes them."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

FIRST = datetime(2026, 3, 1, 2, 30, tzinfo=UTC)
DRILLS = ("os-disk-swap", "quorum-loss", "rollback")


def run_id(at: datetime, number: int = 0) -> str:
    """The name of a run that begins then."""
    return f"{at:%Y%m%d-%H%M%S}-{number % 0x10000:04x}"


def report(run: str, drill: str, at: datetime, **more: Any) -> dict[str, Any]:
    """The report of a drill on container machines that passed, but for what is said otherwise."""
    return {
        "schema_version": 1,
        "run": run,
        "drill": drill,
        "claim": f"What '{drill}' claims.",
        "verdict": "passed",
        "cause": "",
        "provider": "container",
        "fidelity": "container",
        "kubernetes": "v1.34.4",
        "image": "9b1f6c2a77d0",
        "lab": "1",
        "seed": 7,
        "sabotage": None,
        "version": "0.1.0",
        "commit": "462d352e9f01",
        "host": {"kernel": "6.18.0", "processors": 2},
        "started": at.isoformat(),
        "seconds": 92.5,
        "rto": {"target_seconds": 120.0, "control_plane_seconds": 18.2, "workload_seconds": 31.4},
        "rpo": {"target_seconds": 0.0, "measured_seconds": 0.0},
        "memory": {"peak_mib": 2100.0},
        "findings": [],
        "phases": [],
        **more,
    }


def perform(reports: Path, at: datetime, drills: Sequence[str] = DRILLS, *, number: int = 0, **more: Any) -> Path:
    """A run of these drills, whole; `more` goes into each report."""
    run = run_id(at, number)
    for drill in drills:
        folder = reports / run / drill
        folder.mkdir(parents=True)
        (folder / "report.json").write_text(json.dumps(report(run, drill.partition("+")[0], at) | more))
        (folder / "journal.jsonl").write_text("")
    asked = {"provider": more.get("provider", "container"), "kubernetes": "v1.34.4", "sabotage": ""}
    (reports / run / "run.json").write_text(json.dumps({"run": run, "asked": asked, "drills": []}))
    return reports / run


def nightly(reports: Path, nights: int, drills: Sequence[str] = DRILLS) -> None:
    """So many nights, one run each, with figures that move a little."""
    for number in range(nights):
        rto = {"target_seconds": 120.0, "control_plane_seconds": 15 + number % 7, "workload_seconds": 30 + number % 11}
        perform(reports, FIRST + timedelta(days=number), drills, number=number, rto=rto, seconds=90 + number % 13)
