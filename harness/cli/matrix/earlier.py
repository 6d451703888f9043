"""What an earlier run of the matrix has shown already."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from harness.cli.matrix.plan import cell_of
from harness.cli.run.folder import find_run
from harness.cli.run.request import RunRequest
from harness.errors import SpecError, hinted
from harness.report.matrix import MatrixCell, with_report
from harness.strict_json import json_value

DOCUMENT = "sabotage.json"


def take_over(cells: Sequence[MatrixCell], asked: str, request: RunRequest) -> tuple[MatrixCell, ...]:
    """The cells, those that were as expected in an earlier run with their results.

    Only what was shown on the same provider with the same Kubernetes counts, and each report is looked at again: a cell
    that is not as expected by now is performed anew.
    """
    folder = find_run(asked, request.reports)
    places = {**_taken_over_before(folder), **{path.name: path for path in folder.glob("*+*")}}
    if not places:
        raise hinted(
            SpecError(f"The run '{asked}' performed no cell of the matrix, so nothing can be taken over"),
            "Give the run of an earlier `kubedrill sabotage`.",
        )
    return tuple(_with_earlier(cell, places.get(cell_of(cell).folder), request) for cell in cells)


def _taken_over_before(folder: Path) -> dict[str, Path]:
    """Where the journals lie that this run had taken over itself."""
    try:
        known = json_value((folder / DOCUMENT).read_text())["cells"]
        there = [(f"{one['drill']}+{one['sabotage']}", str(one["run"])) for one in known if one["run"]]
    except (OSError, ValueError, KeyError, TypeError):
        return {}
    return {name: folder.parent / run / name for name, run in there if "/" not in run}


def _with_earlier(cell: MatrixCell, place: Path | None, request: RunRequest) -> MatrixCell:
    report = _report(place) if place is not None and cell.applies else {}
    if (report.get("provider"), report.get("kubernetes")) != (request.provider, request.kubernetes):
        return cell
    judged = with_report(cell, report, place.parent.name if place is not None else "")
    return judged if judged.as_expected else cell


def _report(place: Path) -> dict[str, Any]:
    try:
        report = json_value((place / "report.json").read_text())
    except (OSError, ValueError):
        return {}
    return report if isinstance(report, dict) else {}
