"""What a CI server shows of a run beside its job, no longer than it takes."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from harness.report.line import RunSummary
from harness.report.table import flat, markdown
from harness.strict_json import json_value
from harness.verdict import Outcome
from harness.verdict.verdict import Word
from harness.verdict.wording import counted

#: GitHub throws a longer one away altogether.
LIMIT_KIB = 1024
#: The page of a run of sabotages, which says more than that of its drills.
SABOTAGES = "sabotage.md"
_TROUBLE = (Outcome.BROKEN, Outcome.ERRORED)


def step_summary(runs: Sequence[tuple[Path, RunSummary]], limit_bytes: int = LIMIT_KIB * 1024) -> str:
    """Each run's table, then what did not hold in it; cut at the end of a line where it is too long."""
    pages = [_page(folder, summary) for folder, summary in runs]
    trouble = [line for folder, summary in runs for line in _trouble(folder, summary)]
    return cut("\n".join([*pages, *trouble, ""]).rstrip("\n") + "\n", limit_bytes)


def cut(text: str, limit_bytes: int) -> str:
    """As many whole lines as there is room for, and how many were left out; whole where it fits."""
    # Half a letter, from a cause that quotes a machine, could not be written down.
    text = text.encode(errors="replace").decode()
    if len(text.encode()) <= limit_bytes:
        return text
    lines = text.splitlines(keepends=True)
    room = limit_bytes - len(_left_out(len(lines), len(lines)).encode())
    kept = 0
    for line in lines:
        room -= len(line.encode())
        if room < 0:
            break
        kept += 1
    return "".join(lines[:kept]) + _left_out(len(lines) - kept, len(lines))


def _left_out(left: int, of: int) -> str:
    return f"\n**Cut here: {left} of {of} lines are left out.** All of them are in the reports of the run.\n"


def _page(folder: Path, summary: RunSummary) -> str:
    if (folder / SABOTAGES).is_file():
        return (folder / SABOTAGES).read_text(errors="replace")
    title, _, rest = markdown(summary).partition("\n")
    return f"{title}\n\n**{_verdicts(summary)}**\n{rest}"


def _verdicts(summary: RunSummary) -> str:
    counts = {word: sum(line.verdict == word for line in summary.drills) for word in Word}
    rest = [f"{count} {word}" for word, count in counts.items() if count and word is not Word.PASSED]
    passed = f"{counts[Word.PASSED]} of {counted(len(summary.drills), 'drill')} passed"
    return ", ".join([passed, *rest]) + "."


def _trouble(folder: Path, summary: RunSummary) -> Iterator[str]:
    """Of each drill that did not pass, what did not hold; a page of sabotages says it of each cell."""
    if (folder / SABOTAGES).is_file():
        return
    for line in summary.drills:
        rows = list(_findings(folder / line.folder / "report.json")) if line.verdict != Word.PASSED else []
        if rows:
            yield from (f"## {line.folder}: {line.verdict}", "", *rows, "")


def _findings(report: Path) -> Iterator[str]:
    rows = [one for one in _rows(report) if isinstance(one, dict)]
    for one in (row for row in rows if row.get("outcome") in _TROUBLE):
        said = _plain(one.get("cause") or one.get("saw") or "nothing was said")
        yield f"- **{one['outcome']}** `{_plain(one.get('check'))}` {_plain(one.get('claim'))}: {said}"
    blocked = [f"`{_plain(one.get('check'))}`" for one in rows if one.get("outcome") == Outcome.BLOCKED]
    if blocked:
        yield f"- **blocked** {', '.join(blocked)}"


def _plain(text: object) -> str:
    """The text in one line, and none of it markup."""
    return flat(str(text or "")).replace("<", "&lt;").replace("`", "'")


def _rows(report: Path) -> list[Any]:
    try:
        rows = json_value(report.read_bytes())["findings"]
    except (OSError, ValueError, KeyError, TypeError):
        return []
    return rows if isinstance(rows, list) else []
