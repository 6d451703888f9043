"""All runs, newest first, by months; older months are folded."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby

from harness.report.element import Element, Node, e
from harness.report.line import DrillLine
from harness.report.past.entry import RunEntry, Standing
from harness.report.past.link import to_report, to_table
from harness.report.text import duration
from harness.verdict.verdict import Word
from harness.verdict.wording import counted

_UNDATED = "At an unknown time"
#: More drills than these are not named one by one where they passed.
_NAMED = 6
_MARK = {
    Standing.REHEARSAL: "rehearsal",
    Standing.SABOTAGED: "spoiled on purpose",
    Standing.DEMONSTRATION: "demonstration",
    Standing.UNKNOWN: "of unknown machines",
}


def all_runs(runs: Sequence[RunEntry]) -> Element:
    """The list of all runs."""
    months = [(month, list(ones)) for month, ones in groupby(runs, key=_month)]
    return e(
        "section",
        e("h2", "All runs"),
        [_folded(month, ones, first=number == 0) for number, (month, ones) in enumerate(months)],
        e("p", "There is no run in this folder.", class_="note") if not runs else None,
        class_="runs",
    )


def _month(run: RunEntry) -> str:
    return f"{run.at:%B %Y}" if run.at is not None else _UNDATED


def _folded(month: str, runs: Sequence[RunEntry], *, first: bool) -> Element:
    return e(
        "details",
        e("summary", month, e("span", counted(len(runs), "run"), class_="when")),
        e("ul", [_run(run) for run in runs]),
        open=first,
    )


def _run(run: RunEntry) -> Element:
    when = f"{run.at:%-d %b, %H:%M}" if run.at is not None else run.folder
    return e(
        "li",
        e("span", to_table(run, when), class_="moment", title=run.folder),
        e("span", list(_drills(run)), class_="drills"),
        e("span", _conditions(run), class_="conditions"),
    )


def _drills(run: RunEntry) -> Iterator[Node]:
    """Each that did not pass by name; those that passed too, if they are few."""
    passed = [line for line in run.drills if line.verdict == Word.PASSED]
    named = passed if len(passed) <= _NAMED else []
    for line in run.drills:
        if line.verdict != Word.PASSED or line in named:
            yield _drill(run, line)
    if not named and passed:
        yield e("span", f"{len(passed)} passed", class_="one passed")
    if not run.drills:
        yield e("span", "no drill on record", class_="one errored")
    if not run.ended:
        yield e("span", "not summed up: it is going on, or was killed", class_="one errored")


def _drill(run: RunEntry, line: DrillLine) -> Element:
    # Of a spoiled drill the folder says with what; that it failed is what it was performed for.
    standing = run.standing(line)
    told = "" if line.verdict == Word.PASSED else f" {line.verdict}"
    classes = f"one {'spoiled' if standing is Standing.SABOTAGED else line.verdict}"
    spoiled = f" ({line.sabotage})" if line.sabotage and "+" not in line.folder else ""
    return e("span", to_report(run, line, line.folder), f"{spoiled}{told}", class_=classes, title=line.cause or None)


def _conditions(run: RunEntry) -> str:
    standings = {run.standing(line) for line in run.drills}
    marks = [_MARK[one] for one in Standing if one in standings and one in _MARK]
    machines = sorted({line.fidelity or line.provider for line in run.drills} - {"", Standing.REHEARSAL.value})
    versions = sorted({line.kubernetes for line in run.drills} - {""})
    took = sum(line.seconds for line in run.drills)
    return " · ".join([*marks, *machines, *versions, *([duration(took)] if took else [])])
