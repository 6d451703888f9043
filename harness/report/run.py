"""The summary of a run: run.json, the merged junit.xml and the exit status."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

from harness.report.document import to_bytes
from harness.report.files import replace_file
from harness.verdict.verdict import SCHEMA_VERSION, Word

_COUNTS = ("tests", "failures", "errors", "disabled")


@dataclass(frozen=True, slots=True, kw_only=True)
class DrillLine:
    """One drill of a run, as its report tells."""

    folder: str
    drill: str
    verdict: str
    cause: str
    seconds: float = 0.0
    provider: str = ""
    fidelity: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class RunSummary:
    """All drills of a run."""

    run: str
    drills: tuple[DrillLine, ...]

    @property
    def status(self) -> int:
        """The exit status that the run deserves."""
        return exit_status([line.verdict for line in self.drills])


def exit_status(words: Sequence[str]) -> int:
    """0 if all passed, 1 if a drill failed, 3 if the harness cannot tell; no drill at all tells nothing."""
    if any(word == Word.FAILED for word in words):
        return 1
    return 0 if words and all(word == Word.PASSED for word in words) else 3


def merge(run: Path, expected: Sequence[str] = ()) -> RunSummary:
    """Write run.json and junit.xml from the drills' reports; an expected folder without a report is errored."""
    there = {path.parent.name for path in run.glob("*/report.json")} | {
        path.parent.name for path in run.glob("*/journal.jsonl")
    }
    folders = sorted(there | set(expected))
    summary = RunSummary(run=run.resolve().name, drills=tuple(_line(run / folder) for folder in folders))
    counts = {word.value: sum(line.verdict == word for line in summary.drills) for word in Word}
    content = {
        "schema_version": SCHEMA_VERSION,
        "run": summary.run,
        "exit_status": summary.status,
        "verdicts": counts,
        "drills": [asdict(line) for line in summary.drills],
    }
    replace_file(run / "run.json", to_bytes(content))
    replace_file(run / "junit.xml", _merged_junit(run, summary))
    return summary


def _line(folder: Path) -> DrillLine:
    try:
        report: dict[str, Any] = json.loads((folder / "report.json").read_bytes())
        word = Word(report["verdict"])
        return DrillLine(
            folder=folder.name,
            drill=str(report.get("drill") or folder.name),
            verdict=word.value,
            cause=str(report.get("cause") or ""),
            seconds=float(report.get("seconds") or 0.0),
            provider=str(report.get("provider") or ""),
            fidelity=str(report.get("fidelity") or ""),
        )
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        cause = "the drill left no report that can be read"
        return DrillLine(folder=folder.name, drill=folder.name, verdict=Word.ERRORED.value, cause=cause)


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
