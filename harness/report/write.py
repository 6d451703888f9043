"""All reports of one drill, from its journal alone."""

from __future__ import annotations

from pathlib import Path

from harness.errors import JournalError
from harness.journal import History, Kind, read_journal
from harness.report.document import document, to_bytes
from harness.report.files import replace_file
from harness.report.junit import junit
from harness.report.page import page
from harness.report.text import clean
from harness.verdict import Verdict, judge

#: A console longer than this is shown from its end: the interesting part of a boot that failed.
_CONSOLE_LIMIT = 60_000


def write_reports(folder: Path) -> Verdict:
    """Judge the journal in a drill's folder and write its three reports; redone, they have the same bytes."""
    verdict, reports = reports_of(folder)
    for name, content in reports.items():
        replace_file(folder / name, content)
    return verdict


def reports_of(folder: Path) -> tuple[Verdict, dict[str, bytes]]:
    """The verdict on the journal in a drill's folder, and the reports by their names; nothing is written."""
    history = _history(folder / "journal.jsonl")
    verdict, first = judge(history), history.first(Kind.DRILL)
    return verdict, {
        "report.json": to_bytes(document(verdict)),
        "junit.xml": junit(verdict, first.data if first is not None else {}),
        "report.html": page(verdict, history, consoles(folder / "evidence")),
    }


def consoles(folder: Path) -> dict[str, str]:
    """The text files of a drill's evidence by name, consoles first of all."""
    found: dict[str, str] = {}
    for path in sorted(folder.glob("*.log")) if folder.is_dir() else []:
        if path.is_file() and not path.is_symlink():
            text = clean(path.read_bytes()[-_CONSOLE_LIMIT:].decode(errors="replace"))
            found[path.name] = text
    return found


def _history(path: Path) -> History:
    """A damaged journal is an error for its reader, a missing one too; a torn one is judged."""
    if not path.is_file():
        raise JournalError(f"There is no journal in '{path.parent}'")
    return read_journal(path)
