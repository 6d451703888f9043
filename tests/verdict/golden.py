"""What each check tells of each story, word for word: `python -m tests.verdict.golden` writes it anew."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from functools import cache
from itertools import groupby
from pathlib import Path

from harness.journal import Event, History, Kind
from harness.verdict import CHECKS, Finding
from tests.verdict.edits import renumbered, without
from tests.verdict.findings import PASSED, finding
from tests.verdict.spoilt import BROKEN, VACUOUS

_ELSEWHERE = (Kind.FACT, Kind.PLAN, Kind.WAIT, Kind.DRILL, Kind.EVIDENCE, Kind.END)
FOLDER, LACKING = Path(__file__).parent / "told", Path(__file__).parent / "lacking"


def told(check: str) -> str:
    """All that a check says, and the lines of the journal that it shows for it."""
    stories = [PASSED, *(spoil(PASSED) for name, spoil, _ in BROKEN if name == check)]
    stories += [spoil(PASSED) for name, spoil in VACUOUS if name == check]
    return "\n".join(line for story in stories for line in _block(story, finding(story, check)))


def lacking(check: str) -> str:
    """What becomes of it where the journal lacks lines of one sort, or tells one of them again at its end."""
    as_it_was = [*_block(PASSED, finding(PASSED, check))]
    parts = []
    for sort in SORTS:
        for title, story in ((f"without {sort}", _without(sort)), (f"{sort} again at the end", _again(sort))):
            block = [*_block(story, finding(story, check))]
            if block != as_it_was:
                parts.append("\n".join([f"# {title}", *block]))
    return "\n".join(parts)


def _sort(event: Event) -> str:
    """Facts are left out elsewhere, each by itself; of phases only the reboot ever matters to a check."""
    told = [str(event.data[word]) for word in ("name", "probe", "ok", "stream", "watch", "state") if word in event.data]
    is_phase = event.kind is Kind.PHASE and event.data["name"] != "reboot"
    return "" if is_phase or event.kind in _ELSEWHERE else " ".join([event.kind.value, *told])


SORTS = sorted({_sort(event) for event in PASSED.events} - {""})


@cache
def _without(sort: str) -> History:
    return without(PASSED, lambda event: _sort(event) == sort)


@cache
def _again(sort: str) -> History:
    first, last = next(event for event in PASSED.events if _sort(event) == sort), PASSED.events[-1]
    return renumbered([*PASSED.events[:-1], replace(first, at=last.at, mono=last.mono), last])


def _block(history: History, found: Finding) -> Iterator[str]:
    yield f"{found.outcome}: {found.cause or found.saw}"
    for line, alike in groupby(_brief(history.events[seq]) for seq in found.evidence):
        count = len(list(alike))
        yield f"    {line}{f' ({count})' if count > 1 else ''}"
    yield ""


def _brief(event: Event) -> str:
    words = ("fact", "subject", "moment", "probe", "ok", "stream", "n", "watch", "marker", "name", "node", "state")
    return " ".join([event.kind.value, *(str(event.data[word]) for word in words if event.data.get(word) is not None)])


if __name__ == "__main__":
    for folder, tell in ((FOLDER, told), (LACKING, lacking)):
        folder.mkdir(exist_ok=True)
        for one in CHECKS:
            (folder / f"{one.name}.txt").write_text(tell(one.name))
