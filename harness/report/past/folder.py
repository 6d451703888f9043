"""One run's folder: whether it is one, whether it has changed, and what it tells."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from datetime import datetime
from hashlib import blake2b
from pathlib import Path
from typing import Any

from harness.report.line import DrillLine
from harness.report.past.entry import RunEntry, is_run_id, moment_of, parsed
from harness.report.run import drill_line
from harness.strict_json import json_value
from harness.verdict.verdict import Word

REPORT, JOURNAL, SUMMARY = "report.json", "journal.jsonl", "run.json"
#: The first line of a journal is a few thousand characters long; nobody reads a damaged one to its end.
_FIRST_LINE = 64 * 1024
#: What a journal's first line and an entry of the index call by the same name.
_KNOWN_FIRST = ("run", "drill", "provider", "fidelity", "sabotage", "demonstration", "claim", "kubernetes", "version")


def signature(folder: Path) -> str | None:
    """What changes whenever something that the index keeps of a run does; None where the folder is no run's."""
    parts = [_stamp(folder / SUMMARY)]
    for name in drill_folders(folder):
        report = _stamp(folder / name / REPORT)
        parts.append(f"{name}/{report or _stamp(folder / name / JOURNAL)}")
    if not any(parts) and not is_run_id(folder.name):
        return None
    return blake2b("\n".join(parts).encode(errors="surrogateescape"), digest_size=16).hexdigest()


def read_run(folder: Path) -> RunEntry:
    """What a run's folder tells, whatever state it is in."""
    summary = _object(folder / SUMMARY)
    asked = summary.get("asked")
    asked = asked if isinstance(asked, dict) else {}
    lines = {name: _told(folder / name) for name in drill_folders(folder)}
    rows = summary.get("drills")
    for row in rows if isinstance(rows, list) else ():
        name = str(row.get("folder") or "") if isinstance(row, dict) else ""
        if name and name not in lines:
            # Summed up once, and nothing is left of it: what the summary says cannot be looked at any more.
            lines[name] = _nothing(name, str(row.get("cause") or "its folder is gone"))
    return RunEntry(
        folder=folder.name,
        at=_moment(folder, tuple(lines.values())),
        drills=tuple(lines[name] for name in sorted(lines)),
        ended=bool(summary),
        provider=str(asked.get("provider") or ""),
        sabotage=str(asked.get("sabotage") or ""),
    )


def drill_folders(folder: Path) -> list[str]:
    """The folders of drills: those with a report or a journal; links lead elsewhere and are left alone."""
    try:
        with os.scandir(folder) as found:
            names = [one.name for one in found if one.is_dir(follow_symlinks=False) and not one.name.startswith(".")]
    except OSError:
        return []
    return sorted(name for name in names if _stamp(folder / name / REPORT) or _stamp(folder / name / JOURNAL))


def _stamp(path: Path) -> str:
    """A regular file's identity and times; empty where there is none."""
    try:
        seen = os.lstat(path)
    except OSError:
        return ""
    if not stat.S_ISREG(seen.st_mode):
        return ""
    return f"{seen.st_ino}:{seen.st_size}:{seen.st_mtime_ns}:{seen.st_ctime_ns}"


def _told(folder: Path) -> DrillLine:
    if _stamp(folder / REPORT):
        line = drill_line(folder)
        if line.provider or line.verdict != Word.ERRORED:
            return line
    first = _first_line(folder / JOURNAL)
    unfinished = "it is going on, or was ended before its report was written"
    cause = "the report cannot be read" if _stamp(folder / REPORT) else unfinished
    told = {name: str(first[name]) for name in _KNOWN_FIRST if first.get(name)}
    return DrillLine(**{**_blank(folder.name, cause), **told})


def _nothing(name: str, cause: str) -> DrillLine:
    return DrillLine(**_blank(name, cause))


def _blank(name: str, cause: str) -> dict[str, Any]:
    return {"folder": name, "drill": name.partition("+")[0], "verdict": Word.ERRORED.value, "cause": cause}


def _first_line(path: Path) -> dict[str, Any]:
    try:
        with path.open("rb") as file:
            told = json_value(file.readline(_FIRST_LINE))
    except (OSError, ValueError, RecursionError):
        return {}
    return told if isinstance(told, dict) else {}


def _object(path: Path) -> dict[str, Any]:
    try:
        told = json_value(path.read_bytes()) if _stamp(path) else {}
    except (OSError, ValueError, RecursionError):
        return {}
    return told if isinstance(told, dict) else {}


def _moment(folder: Path, lines: tuple[DrillLine, ...]) -> datetime | None:
    """When the run began, as its journals name it; a folder may have been called anything since."""
    named = [moment for line in lines if (moment := moment_of(line.run))]
    begun = [moment for line in lines if (moment := parsed(line.started))]
    return min(named, default=None) or moment_of(folder.name) or min(begun, default=None)


def runs_in(reports: Path) -> Iterator[Path]:
    """The folders below the reports that may be runs; `latest`, other links and hidden ones are none."""
    try:
        with os.scandir(reports) as found:
            names = [one.name for one in found if one.is_dir(follow_symlinks=False) and not one.name.startswith(".")]
    except OSError:
        return
    yield from (reports / name for name in sorted(names))
