"""The journal as one check sees it: it remembers which lines the check looked at."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, TypeVar

from harness.facts import Fact, Output
from harness.facts.reading import shortened
from harness.journal import Event, History, Kind
from harness.verdict.wording import quoted

_A = TypeVar("_A")
#: What a parser lets out when the text of a journal is not at all what it should be.
_UNREADABLE = (ValueError, TypeError, KeyError, AttributeError, IndexError, RecursionError, OverflowError)


class UntoldError(Exception):
    """The record does not tell what a check must know; the message is a sentence for the report."""


class NeverAskedError(UntoldError):
    """A fact is not in the journal at all."""


class Record:
    """A history with the questions that checks ask of it."""

    def __init__(self, history: History) -> None:
        self.history = history
        self._looked_at: set[int] = set()

    @property
    def evidence(self) -> tuple[int, ...]:
        """The numbers of the lines that were looked at, in order."""
        return tuple(sorted(self._looked_at))

    def ask(self, fact: Fact[_A], subject: str, moment: str) -> _A:
        """The last answer to a fact, parsed again from its raw output."""
        event = self.find(fact, subject, moment)
        if event is None:
            raise NeverAskedError(
                f"a planned check never ran: no {quoted(fact.name)} of {quoted(subject)} at '{moment}'"
            )
        return read_fact(fact, event)

    def find(self, fact: Fact[object], subject: str, moment: str) -> Event | None:
        """The journal's line of a fact, if it was asked."""
        event = self.history.last(Kind.FACT, fact=fact.name, subject=subject, moment=moment)
        return None if event is None else self.note(event)

    def asked(self, fact: Fact[object], subject: str, moment: str) -> bool:
        """Whether a fact was asked; this look is no evidence."""
        return self.history.last(Kind.FACT, fact=fact.name, subject=subject, moment=moment) is not None

    def of(self, kind: Kind, **wanted: Any) -> Iterator[Event]:
        """The events of a kind; each that is taken is looked at."""
        for event in self.history.of(kind, **wanted):
            yield self.note(event)

    def note(self, event: Event) -> Event:
        """Count a line as evidence."""
        self._looked_at.add(event.seq)
        return event


def read_fact(fact: Fact[_A], event: Event) -> _A:
    """The answer in a FACT event; whatever cannot be read is UntoldError, in a sentence."""
    data = event.data
    try:
        output = Output(status=int(data["status"]), stdout=str(data["stdout"]), stderr=str(data.get("stderr") or ""))
        return fact.parse(output)
    except _UNREADABLE as bad:
        raise UntoldError(
            f"{quoted(fact.name)} of {quoted(data.get('subject'))} at '{data.get('moment')}'"
            f" gives no answer: {shortened(str(bad)) or type(bad).__name__}"
        ) from bad


def answer(history: History, fact: Fact[_A], subject: str, moment: str) -> _A | None:
    """The answer to a fact, or None where there is none to be read."""
    event = history.last(Kind.FACT, fact=fact.name, subject=subject, moment=moment)
    try:
        return None if event is None else read_fact(fact, event)
    except UntoldError:
        return None
