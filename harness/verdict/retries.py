"""What was refused in a drill and asked again."""

from __future__ import annotations

from typing import Any

from harness.facts.reading import shortened
from harness.journal import History, Kind
from harness.verdict.verdict import Retry


def retries(history: History) -> tuple[Retry, ...]:
    """Each in the phase in which it came to its end."""
    found: list[Retry] = []
    phase = ""
    for event in history.events:
        if event.kind is Kind.PHASE:
            phase = str(event.data.get("name", "")) if event.data.get("state") == "start" else ""
        elif event.kind is Kind.RETRY:
            told = event.data
            found.append(
                Retry(
                    what=str(told.get("what", "")),
                    times=_whole(told.get("times")),
                    looks=_whole(told.get("looks")),
                    last=shortened(str(told.get("last", ""))),
                    phase=phase,
                )
            )
    return tuple(found)


def _whole(value: Any) -> int:
    return value if isinstance(value, int) and not isinstance(value, bool) else 0
