"""The reports of a run made anew from its journals, to be held against those that lie there."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from importlib.metadata import version
from pathlib import Path

from harness.attestation.recorded import against_evidence
from harness.attestation.tree import Entry, read_plain, shown
from harness.errors import JournalError, SpecError
from harness.journal import History, read_journal
from harness.report import RunSummary, reports_of, summarised
from harness.report.assessed import oscal_of
from harness.report.earlier import read_summary
from harness.report.oscal import FILE as OSCAL
from harness.verdict import Verdict

JOURNAL = "journal.jsonl"


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """A drill that was judged anew."""

    history: History
    verdict: Verdict


@dataclass(frozen=True, slots=True, kw_only=True)
class Redone:
    """A run by its drills' folders, what it comes to, and where its reports say something else."""

    run: str
    drills: Mapping[str, Judged] = field(default_factory=dict)
    summary: RunSummary | None = None
    problems: tuple[str, ...] = ()


def redo(folder: Path, there: Sequence[Entry]) -> Redone:
    """Judge each journal of a run anew, and compare each report byte for byte; nothing is written."""
    paths = {entry.path for entry in there}
    problems: list[str] = []
    judged: dict[str, Judged] = {}
    drills: dict[str, Mapping[str, bytes]] = {}
    for name in _drills(paths):
        drills[name] = {}
        if f"{name}/{JOURNAL}" not in paths:
            problems.append(f"{shown(name)} has reports and no journal")
            continue
        try:
            verdict, drills[name] = reports_of(folder / name)
            judged[name] = Judged(history=read_journal(folder / name / JOURNAL), verdict=verdict)
        except JournalError as bad:
            problems.append(f"The journal of {shown(name)} cannot be judged: {bad}")
            continue
        problems += against_evidence(folder, judged[name].history, name, there)
        told = f"what this judge makes of the journal{_version(verdict)}"
        problems += _compared(folder, {f"{name}/{one}": text for one, text in drills[name].items()}, paths, told)
    if "run.json" not in paths:
        return Redone(run="", drills=judged, problems=(*problems, "'run.json' is missing"))
    summary, content = _summary(folder, drills)
    problems += _compared(folder, content, paths, "what its drills come to")
    if OSCAL in paths:
        problems += _exported(folder, summary)
    return Redone(run=summary.run, drills=judged, summary=summary, problems=tuple(problems))


def _drills(paths: set[str]) -> list[str]:
    ours = {"journal.jsonl", "report.json"}
    parts = (path.split("/") for path in paths)
    return sorted({part[0] for part in parts if len(part) == 2 and part[1] in ours})


def _summary(folder: Path, drills: dict[str, Mapping[str, bytes]]) -> tuple[RunSummary, dict[str, bytes]]:
    earlier = read_summary(read_plain(folder / "run.json"))
    expected: dict[str, Mapping[str, bytes]] = {name: {} for name in earlier.folders}
    return summarised(folder.resolve().name, expected | drills, earlier)


def _exported(folder: Path, summary: RunSummary) -> Iterator[str]:
    try:
        content = oscal_of(summary.run, [folder / line.folder for line in summary.drills])
    except SpecError as none:
        yield f"{shown(OSCAL)} cannot be of this run: {none}"
        return
    yield from _compared(folder, {OSCAL: content}, {OSCAL}, "what the journals show of controls")


def _compared(folder: Path, wanted: Mapping[str, bytes], paths: set[str], told: str) -> Iterator[str]:
    for name, content in wanted.items():
        if name not in paths:
            yield f"{shown(name)} is missing"
        elif read_plain(folder / name) != content:
            yield f"{shown(name)} is not {told}"


def _version(verdict: Verdict) -> str:
    performed, here = verdict.header.version, version("kubedrill")
    return "" if performed in ("", here) else f" (the drill is of version {performed}, this is {here})"
