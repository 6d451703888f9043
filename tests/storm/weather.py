"""What goes wrong at which call of the two seams, all of it from one seed."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from enum import StrEnum
from random import Random
from typing import Any

from harness.errors import CommandError, LabError
from harness.providers.rehearsal.clock import VirtualClock
from harness.providers.seam import ApiError

#: A call that nobody gave a limit.
_FOR_EVER = timedelta(minutes=20)


class KilledError(BaseException):
    """The harness itself is no more: nothing that it would do next counts."""


class Blow(StrEnum):
    """One way to go wrong."""

    FAILS = "fails"
    HANGS = "hangs"
    IS_SLOW = "is-slow"
    LOSES_ANSWER = "loses-answer"
    TEARS = "tears"
    NO_ROOM = "no-room"
    INTERRUPT = "interrupt"
    KILL = "kill"


@dataclass(frozen=True, slots=True, kw_only=True)
class Planned:
    """A blow, and at which call of which sort it falls; an empty sort is any."""

    blow: Blow
    sort: str
    number: int

    def __str__(self) -> str:
        return f"{self.blow} at {self.sort or 'call'} {self.number}"


#: Calls that are rare among thousands, and at which more is at stake than at the others; twice what is never missing.
SORTS = (
    *("", "channel.run", "channel.run", "channel.put", "channel.put", "channel.get"),
    *("api.apply", "api.get", "api.list", "api.delete", "api.watch", "network.http"),
    *("machine.cut", "machine.cut", "machine.power_on", "machine.power_on", "machine.choose"),
)
POWER = ("cut", "power_on", "power_off", "choose", "replace_disks", "kill_disk", "replace_disk", "isolate", "reconnect")


def forecast(chance: Random, calls: Mapping[str, int]) -> tuple[Planned, ...]:
    """One to three blows, each at a call that the drill has, by how many of each sort it has in calm weather.

    Small numbers are as likely as large ones, so that each part of a drill has its share.
    """
    blows = [*Blow, Blow.FAILS, Blow.FAILS, Blow.HANGS, Blow.LOSES_ANSWER]
    planned = []
    for _ in range(chance.choice((1, 1, 1, 2, 3))):
        blow = chance.choice(blows)
        among = SORTS if chance.random() < 0.8 else tuple(f"machine.{name}" for name in POWER)
        asked = [one for one in among if calls.get(one)]
        sort = "channel.put" if blow is Blow.TEARS else "journal" if blow is Blow.NO_ROOM else chance.choice(asked)
        planned.append(Planned(blow=blow, sort=sort, number=max(1, round(calls.get(sort, 1) ** chance.random()))))
    return tuple(planned)


@dataclass(slots=True, kw_only=True)
class Weather:
    """Counts the calls, and strikes."""

    clock: VirtualClock
    planned: tuple[Planned, ...] = ()
    #: What a dying harness leaves is what lies on the disk at that moment.
    at_death: Callable[[], None] = lambda: None
    struck: list[Planned] = field(default_factory=list)
    #: How many calls of each sort there were; of the empty sort, all but those of the journal.
    seen: dict[str, int] = field(default_factory=dict)
    dead: bool = False
    #: The calls at which storms part that are one so far, and who lets them.
    partings: frozenset[tuple[str, int]] = frozenset()
    part: Callable[[frozenset[tuple[str, int]]], None] = lambda _: None

    def around(self, sort: str, call: Callable[..., Any], given: tuple[Any, ...], named: dict[str, Any]) -> Any:
        """Perform one call, well or badly."""
        due = self.due(sort)
        if due is None:
            return call(*given, **named)
        if due.blow is Blow.KILL:
            self.at_death()
            self.dead = True
            raise KilledError(str(due))
        if due.blow is Blow.INTERRUPT:
            raise KeyboardInterrupt(str(due))
        if due.blow is Blow.HANGS:
            self.clock.sleep_through((named.get("timeout") or _FOR_EVER).total_seconds())
            raise _refusal(sort, f"the storm let '{sort}' hang")
        if due.blow is Blow.IS_SLOW:
            self.clock.sleep_through(_FOR_EVER.total_seconds())
        elif due.blow is Blow.TEARS:
            path, content, *rest = given
            call(path, content[: len(content) // 2], *rest, **named)
            raise LabError(f"the storm tore '{path}'")
        elif due.blow is Blow.FAILS:
            raise _refusal(sort, f"the storm refused '{sort}'")
        done = call(*given, **named)
        if due.blow is Blow.LOSES_ANSWER:
            raise _refusal(sort, f"the storm lost the answer of '{sort}'")
        return done

    def due(self, sort: str) -> Planned | None:
        """The blow that falls on this call, if one does; a harness that is dead feels nothing more."""
        if self.dead:
            return None
        kinds = (sort,) if sort == "journal" else (sort, "")
        for kind in kinds:
            self.seen[kind] = self.seen.get(kind, 0) + 1
        if self.partings and (here := self.partings.intersection([(kind, self.seen[kind]) for kind in kinds])):
            self.part(here)
        for one in self.planned:
            if one.sort in kinds and self.seen[one.sort] == one.number and one not in self.struck:
                self.struck.append(one)
                return one
        return None


def _refusal(sort: str, text: str) -> LabError:
    if sort.startswith("api.") or sort == "network.http":
        return ApiError(text)
    return CommandError(text) if sort == "channel.run" else LabError(text)
