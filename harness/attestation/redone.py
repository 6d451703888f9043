"""The reports of a run made anew from its journals, to be held against those that lie there."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from importlib.metadata import version
from pathlib import Path

from harness.attestation.recorded import against_evidence
from harness.attestation.tree import Entry, read_plain, shown
from harness.errors import JournalError
from harness.journal import read_journal
from harness.report import reports_of, summarised
from harness.report.earlier import read_summary
from harness.verdict import Verdict

JOURNAL = "journal.jsonl"


@dataclass(frozen=True, slots=True, kw_only=True)
class Redone:
    """The verdicts of a run by their drills' folders, and where its reports say something else."""

    run: str
    verdicts: Mapping[str, Verdict] = field(default_factory=dict)
    problems: tuple[str, ...] = ()


def redo(folder: Path, there: Sequence[Entry]) -> Redone:
    """Judge each journal of a run anew, and compare each report byte for byte; nothing is written."""
    paths = {entry.path for entry in there}
    problems: list[str] = []
    verdicts: dict[str, Verdict] = {}
    drills: dict[str, Mapping[str, bytes]] = {}
    for name in _drills(paths):
        drills[name] = {}
        if f"{name}/{JOURNAL}" not in paths:
            problems.append(f"{shown(name)} has reports and no journal")
            continue
        try:
            verdicts[name], drills[name] = reports_of(folder / name)
            history = read_journal(folder / name / JOURNAL)
        except JournalError as bad:
            problems.append(f"The journal of {shown(name)} cannot be judged: {bad}")
            continue
        problems += against_evidence(folder, history, name, there)
        told = f"what this judge makes of the journal{_version(verdicts[name])}"
        problems += _compared(folder, {f"{name}/{one}": text for one, text in drills[name].items()}, paths, told)
    run, more = _summary(folder, drills, paths)
    return Redone(run=run, verdicts=verdicts, problems=(*problems, *more))


def _drills(paths: set[str]) -> list[str]:
    ours = {"journal.jsonl", "report.json"}
    parts = (path.split("/") for path in paths)
    return sorted({part[0] for part in parts if len(part) == 2 and part[1] in ours})


def _summary(folder: Path, drills: dict[str, Mapping[str, bytes]], paths: set[str]) -> tuple[str, list[str]]:
    if "run.json" not in paths:
        return "", ["'run.json' is missing"]
    earlier = read_summary(read_plain(folder / "run.json"))
    summary, content = summarised(
        folder.resolve().name, {**{name: {} for name in earlier.folders}, **drills}, earlier.not_offered
    )
    return summary.run, list(_compared(folder, content, paths, "what its drills come to"))


def _compared(folder: Path, wanted: Mapping[str, bytes], paths: set[str], told: str) -> Iterator[str]:
    for name, content in wanted.items():
        if name not in paths:
            yield f"{shown(name)} is missing"
        elif read_plain(folder / name) != content:
            yield f"{shown(name)} is not {told}"


def _version(verdict: Verdict) -> str:
    performed, here = verdict.header.version, version("kubedrill")
    return "" if performed in ("", here) else f" (the drill is of version {performed}, this is {here})"
