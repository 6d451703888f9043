"""Ways to change a story that has been told."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from harness.journal import Event, History, Kind
from harness.verdict import planned


def renumbered(events: list[Event]) -> History:
    return History(events=tuple(_numbered(event, number) for number, event in enumerate(events)))


def _numbered(event: Event, number: int) -> Event:
    return event if event.seq == number else replace(event, seq=number)


def without(history: History, unwanted: Callable[[Event], bool]) -> History:
    """The history without some lines."""
    return renumbered([event for event in history.events if not unwanted(event)])


def is_fact(event: Event, fact: str, subject: str | None = None, moment: str | None = None) -> bool:
    return (
        event.kind is Kind.FACT
        and event.data["fact"] == fact
        and subject in (None, event.data["subject"])
        and moment in (None, event.data["moment"])
    )


def answering(history: History, fact: str, moment: str, stdout: object, **more: Any) -> History:
    """The history in which a fact had another answer."""
    text = stdout if isinstance(stdout, str) else json.dumps(stdout)
    hits = [event for event in history.events if is_fact(event, fact, moment=moment)]
    assert hits, f"the story holds no '{fact}' at '{moment}'"
    changed = {event.seq: replace(event, data={**event.data, "stdout": text, **more}) for event in hits}
    return renumbered([changed.get(event.seq, event) for event in history.events])


def inserted(history: History, before: Callable[[Event], bool], kind: Kind, **data: Any) -> History:
    """The history with one more line before the first that is meant."""
    place = next(number for number, event in enumerate(history.events) if before(event))
    twin = replace(history.events[place], kind=kind, data=data)
    return renumbered([*history.events[:place], twin, *history.events[place:]])


def edited(history: History, wanted: Callable[[Event], bool], **data: Any) -> History:
    """The history in which some lines have other fields."""
    return renumbered(
        [replace(event, data={**event.data, **data}) if wanted(event) else event for event in history.events]
    )


def planned_as(history: History, check: str, **params: Any) -> History:
    """The history whose plan has other parameters for a check."""
    (plan,) = (event for event in history.events if event.kind is Kind.PLAN)
    given = next(line["params"] for line in plan.data["checks"] if line["check"] == check)
    others = [line for line in plan.data["checks"] if line["check"] != check]
    lines = [*others, planned(check, **{**given, **params})]
    return edited(history, lambda event: event.kind is Kind.PLAN, checks=lines)
