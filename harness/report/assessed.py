"""The journals of a run, judged for an export."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from pathlib import Path

from harness.errors import JournalError
from harness.journal import parse_journal
from harness.report.oscal import Assessed, assessment_results
from harness.verdict import judge


def oscal_of(run: str, folders: Iterable[Path]) -> bytes:
    """The OSCAL document of a run, from the journals in its drills' folders; what has no readable one is named."""
    found = {folder.name: _assessed(folder) for folder in folders}
    return assessment_results(run, found)


def _assessed(folder: Path) -> Assessed | None:
    try:
        text = (folder / "journal.jsonl").read_bytes()
        history = parse_journal(text.decode("utf-8", errors="replace"))
    except (OSError, JournalError):
        return None
    return Assessed(history=history, verdict=judge(history), sha256=hashlib.sha256(text).hexdigest())
