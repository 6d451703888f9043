"""The summary of a run: run.json, the merged junit.xml and the exit status."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

from harness.report.document import to_bytes
from harness.report.files import replace_file
from harness.report.line import DrillLine, RunSummary
from harness.report.table import markdown
from harness.verdict.verdict import SCHEMA_VERSION, Word

_TEXTS = ("run", "claim", "started", "kubernetes", "image", "lab", "version", "commit")
#: Nothing that a drill measures comes near it; infinity and NaN, which JSON of Python may hold, do not pass it.
_BOUND = 1e12
_COUNTS = ("tests", "failures", "errors", "disabled")


def merge(
    run: Path,
    expected: Sequence[str] = (),
    not_offered: Mapping[str, str] | None = None,
    asked: Mapping[str, str] | None = None,
) -> RunSummary:
    """Write run.json, run.md and junit.xml from the drills' reports; an expected folder without one is errored."""
    there = {path.parent.name for path in run.glob("*/report.json")} | {
        path.parent.name for path in run.glob("*/journal.jsonl")
    }
    folders = sorted(there | set(expected))
    summary = RunSummary(
        run=run.resolve().name,
        drills=tuple(drill_line(run / folder) for folder in folders),
        not_offered=_not_offered(run) if not_offered is None else not_offered,
        asked=_asked(run) if asked is None else asked,
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
    replace_file(run / "run.json", to_bytes(content))
    replace_file(run / "run.md", markdown(summary).encode())
    replace_file(run / "junit.xml", _merged_junit(run, summary))
    return summary


def _not_offered(run: Path) -> dict[str, str]:
    """What an earlier summary of this run knows: no drill left it in the folder."""
    try:
        known = json.loads((run / "run.json").read_bytes())["not_offered"]
        return {str(one["drill"]): str(one["reason"]) for one in known}
    except (OSError, ValueError, KeyError, TypeError):
        return {}


def _asked(run: Path) -> dict[str, str]:
    try:
        known = json.loads((run / "run.json").read_bytes())["asked"]
        return {str(name): str(value) for name, value in known.items()}
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return {}


def drill_line(folder: Path) -> DrillLine:
    """A drill as its report tells; one that left no report that can be read is errored."""
    try:
        report: dict[str, Any] = json.loads((folder / "report.json").read_bytes())
        word = Word(report["verdict"])
        return DrillLine(
            folder=folder.name,
            drill=str(report.get("drill") or folder.name),
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
    except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError):
        cause = "the drill left no report that can be read"
        return DrillLine(folder=folder.name, drill=folder.name, verdict=Word.ERRORED.value, cause=cause)


def _number(report: dict[str, Any], part: str, field: str) -> float | None:
    """A measured number; None where it was not measured, or where a report of before does not know it."""
    value = (report.get(part) or {}).get(field)
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    return float(value) if abs(value) < _BOUND else None


def _merged_junit(run: Path, summary: RunSummary) -> bytes:
    root = ElementTree.Element("testsuites", name=summary.run)
    for line in summary.drills:
        suites = _suites(run / line.folder / "junit.xml")
        for one in suites or [_missing(line)]:
            if one.get("name") != line.folder:
                one.set("name", f"{one.get('name')} [{line.folder}]")
            root.append(one)
    for count in _COUNTS:
        root.set(count, str(sum(int(one.get(count) or 0) for one in root)))
    root.set("time", f"{sum(float(one.get('time') or 0) for one in root):.3f}")
    ElementTree.indent(root)
    text: bytes = ElementTree.tostring(root, encoding="utf-8", xml_declaration=True)
    return text + b"\n"


def _suites(path: Path) -> list[ElementTree.Element]:
    try:
        return list(ElementTree.fromstring(path.read_bytes()).iter("testsuite"))
    except (OSError, ElementTree.ParseError):
        return []


def _missing(line: DrillLine) -> ElementTree.Element:
    suite = ElementTree.Element("testsuite", name=line.folder, tests="1", failures="0", errors="1", time="0")
    case = ElementTree.SubElement(suite, "testcase", name="verdict", classname=line.folder)
    ElementTree.SubElement(case, "error", type=Word.ERRORED.value, message=line.cause)
    return suite
