"""Ways to spoil a story."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from harness.facts import Moment
from harness.journal import History, Kind
from tests.verdict.edits import answering, renumbered, without

Spoil = Callable[[History], History]
#: A check, how its story is spoilt, and the words that its cause has then.
Break = tuple[str, Spoil, tuple[str, ...]]
#: A check, and how its story is left with nothing to measure.
Idle = tuple[str, Spoil]


def other(fact: str, stdout: object, moment: str = Moment.RECOVERED, **more: object) -> Spoil:
    return lambda history: answering(history, fact, moment, stdout, **more)


def ledger_kept(*numbers: int) -> Spoil:
    return lambda history: answering(history, "api-ledger", Moment.RECOVERED, list(numbers))


def late(seconds: float) -> Spoil:
    """Everything from the first acknowledged write after the fault on comes later."""

    def spoil(history: History) -> History:
        place = next(e.seq for e in history.events if e.kind is Kind.LEDGER and e.data == {"stream": "api", "n": 7})
        # The probe's recovery is the line before it.
        return renumbered([replace(e, mono=e.mono + seconds) if e.seq >= place - 1 else e for e in history.events])

    return spoil


def never_answering(probe: str) -> Spoil:
    return lambda history: without(
        history,
        lambda e: e.kind is Kind.PROBE and e.data["probe"] == probe and e.data["ok"] and e.mono > 1030,
    )


def watch_missing(marker: int) -> Spoil:
    return lambda history: without(history, lambda e: e.kind is Kind.WATCH and e.data.get("marker") == marker)
