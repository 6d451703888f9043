"""Links from the index to what lies below it; nothing is loaded by them."""

from __future__ import annotations

from urllib.parse import quote

from harness.report.element import Element, e
from harness.report.line import DrillLine
from harness.report.past.entry import RunEntry


def to_report(run: RunEntry, line: DrillLine, text: str) -> Element:
    """A link to a drill's page."""
    return e("a", text, href=_path(run.folder, line.folder, "report.html"))


def to_table(run: RunEntry, text: str) -> Element:
    """A link to the table of a run, where it has one."""
    return e("a", text, href=_path(run.folder, "run.md")) if run.ended else e("span", text)


def _path(*parts: str) -> str:
    # The dot keeps a folder with a colon in its name from being taken for a scheme.
    return "./" + "/".join(quote(part, errors="replace") for part in parts)
