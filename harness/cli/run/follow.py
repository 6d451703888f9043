"""The journals of a run while they are still being written."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from harness.errors import JournalError
from harness.journal import Event

JOURNAL = "journal.jsonl"


@dataclass(slots=True)
class Follower:
    """Reads what is new in each drill's journal; a line that is not whole yet waits for its end."""

    folder: Path
    _read: dict[Path, int] = field(default_factory=dict)

    def new_events(self) -> Iterator[tuple[str, Event]]:
        """The name of the drill's folder, and the event."""
        for journal in sorted(self.folder.glob(f"*/{JOURNAL}")):
            for line in self._new_lines(journal):
                try:
                    yield journal.parent.name, Event.from_line(line)
                except JournalError:
                    # Only the view suffers: whether the journal is damaged is judged when it is read as a whole.
                    continue

    def _new_lines(self, journal: Path) -> list[str]:
        with journal.open("rb") as file:
            file.seek(self._read.get(journal, 0))
            text = file.read()
        whole = text[: text.rfind(b"\n") + 1]
        self._read[journal] = self._read.get(journal, 0) + len(whole)
        return whole.decode(errors="replace").splitlines()
