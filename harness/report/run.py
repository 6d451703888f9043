"""The summary of a run: run.json, the merged junit.xml and the exit status."""

from __future__ import annotations

import contextlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

from harness.report.document import to_bytes
from harness.report.earlier import Earlier, earlier_summary
from harness.report.files import replace_file
from harness.report.line import DrillLine, RunSummary
from harness.report.merged import merged_junit
from harness.report.table import markdown
from harness.strict_json import json_value
from harness.verdict.verdict import SCHEMA_VERSION, Word

_TEXTS = ("run", "claim", "started", "kubernetes", "image", "lab", "version", "commit")
#: Nothing that a drill measures comes near it; infinity and NaN, which JSON of Python may hold, do not pass it.
_BOUND = 1e12


#: The reports of each drill of a run: by the drill's folder, then by the report's name.
Reports = Mapping[str, Mapping[str, bytes]]


def merge(
    run: Path,
    expected: Sequence[str] = (),
    not_offered: Mapping[str, str] | None = None,
    asked: Mapping[str, str] | None = None,
) -> RunSummary:
    """Write run.json, run.md and junit.xml from the drills' reports; an expected folder without one is errored."""
    earlier = earlier_summary(run)
    known = replace(
        earlier,
        folders=(*earlier.folders, *expected),
        not_offered=earlier.not_offered if not_offered is None else not_offered,
        asked=earlier.asked if asked is None else asked,
    )
    summary, content = summarised(run.resolve().name, _drills(run, known), known)
    for name, text in content.items():
        replace_file(run / name, text)
    return summary


def summary_of(run: Path) -> RunSummary:
    """What the drills' reports come to, without writing anything."""
    known = earlier_summary(run)
    return summarised(run.resolve().name, _drills(run, known), known)[0]


def drill_line(folder: Path) -> DrillLine:
    """A drill as its report tells; one that left no report that can be read is errored."""
    return _line(folder.name, _on_disk(folder).get("report.json"))


def _drills(run: Path, known: Earlier) -> Reports:
    names = {path.parent.name for name in ("report.json", "journal.jsonl") for path in run.glob(f"*/{name}")}
    return {name: _on_disk(run / name) for name in names | set(known.folders)}


def summarised(folder: str, drills: Reports, known: Earlier) -> tuple[RunSummary, dict[str, bytes]]:
    """The summary of a run, and its files by their names; nothing is read and nothing is written."""
    summary = RunSummary(
        run=_run(drills) or folder,
        drills=tuple(_line(name, drills[name].get("report.json")) for name in sorted(drills)),
        not_offered=known.not_offered,
        asked=known.asked,
    )
    counts = {word.value: sum(line.verdict == word for line in summary.drills) for word in Word}
    content = {
        "schema_version": SCHEMA_VERSION,
        "run": summary.run,
        "exit_status": summary.status,
        "asked": dict(summary.asked),
        "verdicts": counts,
        "drills": [asdict(line) for line in summary.drills],
        "not_offered": [{"drill": drill, "reason": reason} for drill, reason in summary.not_offered.items()],
    }
    return summary, {
        "run.json": to_bytes(content),
        "run.md": markdown(summary).encode(errors="replace"),
        "junit.xml": merged_junit(drills, summary),
    }


def _on_disk(folder: Path) -> dict[str, bytes]:
    found = {}
    for name in ("report.json", "junit.xml"):
        with contextlib.suppress(OSError):
            found[name] = (folder / name).read_bytes()
    return found


def _run(drills: Reports) -> str:
    """The run that all drills say they belong to: its folder may have another name by now."""
    told: set[str] = set()
    for reports in drills.values():
        with contextlib.suppress(KeyError, ValueError, TypeError):
            told.add(str(json_value(reports["report.json"])["run"] or ""))
    return told.pop() if len(told) == 1 else ""


def _line(folder: str, text: bytes | None) -> DrillLine:
    try:
        report: dict[str, Any] = json_value(text or b"")
        word = Word(report["verdict"])
        return DrillLine(
            folder=folder,
            drill=str(report.get("drill") or folder),
            verdict=word.value,
            cause=str(report.get("cause") or ""),
            seconds=_number({"report": report}, "report", "seconds") or 0.0,
            provider=str(report.get("provider") or ""),
            fidelity=str(report.get("fidelity") or ""),
            sabotage=str(report.get("sabotage") or ""),
            control_plane_seconds=_number(report, "rto", "control_plane_seconds"),
            workload_seconds=_number(report, "rto", "workload_seconds"),
            rto_target_seconds=_number(report, "rto", "target_seconds"),
            rpo_seconds=_number(report, "rpo", "measured_seconds"),
            rpo_target_seconds=_number(report, "rpo", "target_seconds"),
            peak_memory_mib=_number(report, "memory", "peak_mib"),
            demonstration=str(report.get("demonstration") or ""),
            **{name: str(report.get(name) or "") for name in _TEXTS},
            seed=report["seed"] if isinstance(report.get("seed"), int) else None,
            host=json.dumps(report["host"], sort_keys=True) if report.get("host") else "",
        )
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        cause = "the drill left no report that can be read"
        return DrillLine(folder=folder, drill=folder, verdict=Word.ERRORED.value, cause=cause)


def _number(report: dict[str, Any], part: str, field: str) -> float | None:
    """A measured number; None where it was not measured, or where a report of before does not know it."""
    value = (report.get(part) or {}).get(field)
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    return float(value) if abs(value) < _BOUND else None
