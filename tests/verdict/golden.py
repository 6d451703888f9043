"""What each check tells of each story, word for word: `python -m tests.verdict.golden` writes it anew."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby
from pathlib import Path

from harness.journal import Event, History
from harness.verdict import CHECKS, Finding
from tests.verdict.findings import PASSED, finding
from tests.verdict.spoilt import BROKEN, VACUOUS

FOLDER = Path(__file__).parent / "told"


def told(check: str) -> str:
    """All that a check says, and the lines of the journal that it shows for it."""
    stories = [PASSED, *(spoil(PASSED) for name, spoil, _ in BROKEN if name == check)]
    stories += [spoil(PASSED) for name, spoil in VACUOUS if name == check]
    return "\n".join(line for story in stories for line in _block(story, finding(story, check)))


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
    FOLDER.mkdir(exist_ok=True)
    for one in CHECKS:
        (FOLDER / f"{one.name}.txt").write_text(told(one.name))
