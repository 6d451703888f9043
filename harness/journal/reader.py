"""A journal read back."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from harness.errors import JournalError
from harness.journal.event import SCHEMA, Event, Kind


@dataclass(frozen=True, slots=True, kw_only=True)
class History:
    """All events of one drill, in order; `cut` says that the last line was torn off."""

    events: tuple[Event, ...]
    cut: bool = False
    #: By kind, and facts by name as well: a journal of hours is asked some thousand questions.
    _by_kind: Mapping[Kind, Sequence[Event]] = field(init=False, repr=False, compare=False)
    _by_fact: Mapping[str, Sequence[Event]] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        by_kind: dict[Kind, list[Event]] = {}
        by_fact: dict[str, list[Event]] = {}
        for event in self.events:
            by_kind.setdefault(event.kind, []).append(event)
            if event.kind is Kind.FACT and isinstance(name := event.data.get("fact"), str):
                by_fact.setdefault(name, []).append(event)
        object.__setattr__(self, "_by_kind", by_kind)
        object.__setattr__(self, "_by_fact", by_fact)

    def of(self, kind: Kind, **wanted: Any) -> Iterator[Event]:
        """The events of a kind whose fields have these values."""
        name = wanted.get("fact")
        is_named = kind is Kind.FACT and isinstance(name, str)
        for event in self._by_fact.get(str(name), ()) if is_named else self._by_kind.get(kind, ()):
            if all(event.data.get(key) == value for key, value in wanted.items()):
                yield event

    def first(self, kind: Kind, **wanted: Any) -> Event | None:
        """The first such event, if there is one."""
        return next(self.of(kind, **wanted), None)

    def last(self, kind: Kind, **wanted: Any) -> Event | None:
        """The last such event, if there is one."""
        found = None
        for found in self.of(kind, **wanted):  # noqa: B007
            pass
        return found


def parse_journal(text: str) -> History:
    """The history in a journal's text; a torn last line is dropped and remembered, any other damage is an error."""
    lines = text.split("\n")
    cut = lines[-1] != ""
    events = tuple(Event.from_line(line) for line in lines[:-1])
    for number, event in enumerate(events):
        if event.seq != number:
            raise JournalError(
                f"Line {number + 1} of the journal has the number {event.seq}: lines are missing or doubled"
            )
    if events and events[0].kind is Kind.DRILL and events[0].data.get("schema") != SCHEMA:
        raise JournalError(
            f"The journal has schema {events[0].data.get('schema')!r}; this version reads schema {SCHEMA}"
        )
    return History(events=events, cut=cut)


def read_journal(path: Path) -> History:
    """The history in a journal file."""
    try:
        return parse_journal(path.read_bytes().decode("utf-8", errors="replace"))
    except OSError as missing:
        raise JournalError(f"The journal '{path}' cannot be read: {missing.strerror}") from missing
