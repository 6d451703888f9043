"""The page of all runs, beside them."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from harness.report.files import replace_file
from harness.report.past.entry import RunEntry
from harness.report.past.index import read_index
from harness.report.past.page import index_page
from harness.report.past.series import Past, Rhythm, look_back

PAGE = "index.html"


def write_index(reports: Path, as_of: datetime, rhythm: Rhythm) -> tuple[RunEntry, ...]:
    """Bring the index up to date and write its page; all runs are returned, newest first."""
    runs = read_index(reports)
    write_page(reports, look_back(runs, as_of), rhythm)
    return runs


def write_page(reports: Path, past: Past, rhythm: Rhythm) -> None:
    """The page of a past that is known."""
    replace_file(reports / PAGE, index_page(past, rhythm))
