"""The journals that a month is made of."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from harness.errors import JournalError, SpecError
from harness.journal import Kind, read_journal
from harness.verdict import judge

#: What is rehearsed where no journals are given: each drill twice, so that nights differ, and one that fails.
_REHEARSED = (
    ("os-disk-swap", "rollback", "quorum-loss", "--seed", "1"),
    ("os-disk-swap", "rollback", "quorum-loss", "--seed", "2"),
    ("os-disk-swap", "--seed", "3", "--sabotage", "slow-recovery"),
)

_RUN = "from harness.cli import main; main()"


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """One drill that was performed: where its journal is, and how it ended."""

    folder: Path
    drill: str
    run: str
    passed: bool


def find_sources(folder: Path) -> tuple[Source, ...]:
    """The drills below a folder whose journals can be read; what was itself made for show is no source."""
    found = [one for path in sorted(folder.rglob("journal.jsonl")) if (one := _source(path)) is not None]
    if not any(one.passed for one in found):
        raise SpecError(f"There is no journal of a passed drill below '{folder}', so no month can be made of it")
    return tuple(found)


def _source(path: Path) -> Source | None:
    if path.is_symlink() or "latest" in path.parts:
        return None
    try:
        history = read_journal(path)
        first = history.first(Kind.DRILL)
        if first is None or history.cut or first.data.get("demonstration"):
            return None
        verdict = judge(history)
    except JournalError:
        return None
    return Source(folder=path.parent, drill=verdict.header.drill, run=verdict.header.run, passed=verdict.passed)


def rehearse(reports: Path) -> Path:
    """Journals where there are none: drills on simulated machines."""
    for number, words in enumerate(_REHEARSED, 1):
        argv: Sequence[str] = ("run", *words, "--provider", "rehearsal", "--reports", str(reports))
        done = subprocess.run([sys.executable, "-c", _RUN, *argv], stdout=subprocess.PIPE, text=True, check=False)
        # A Python that breaks ends with 1 too, and leaves no run that is summed up.
        if done.returncode not in (0, 1) or len(list(reports.glob("[0-9]*/run.json"))) != number:
            raise SpecError(f"`kubedrill {' '.join(argv)}` ended with {done.returncode}: {done.stdout[-2000:]}")
    return reports
