"""Which drill is performed in which night of a month that is made for show, and of which journal."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from tests.month.source import Source

#: Nights, counted from the last one, in which the job did not run at all.
_MISSED = (17,)
#: And those in which what failed once fails: an incident of two nights, and one that is not over.
_RED = (0, 11, 12)
#: For how many nights the last drill, in the order of names, has not been performed any more.
_FORGOTTEN = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class Night:
    """One night: when the job began, and the journals of its drills."""

    at: datetime
    drills: tuple[Source, ...]


def nights(sources: Sequence[Source], count: int, last: datetime) -> Iterator[Night]:
    """So many nights, oldest first; the same ones each time."""
    names = sorted({one.drill for one in sources if one.passed})
    chance = random.Random(len(sources))
    for ago in reversed(range(count)):
        # As jobs do, it begins some minutes late.
        at = last - timedelta(days=ago) + timedelta(seconds=chance.randrange(900))
        performed = [name for name in names if ago >= _FORGOTTEN or len(names) == 1 or name != names[-1]]
        drills = tuple(_of(name, sources, red=ago in _RED, chance=chance) for name in performed)
        if ago not in _MISSED:
            yield Night(at=at, drills=drills)


def _of(name: str, sources: Sequence[Source], *, red: bool, chance: random.Random) -> Source:
    mine = [one for one in sources if one.drill == name]
    bad = [one for one in mine if not one.passed]
    return chance.choice(bad if red and bad else [one for one in mine if one.passed])
