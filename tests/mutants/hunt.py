"""All mutants that are asked for, each with the tests that may notice it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from tests.mutants.child import Answer, work_off
from tests.mutants.mutant import Mutant
from tests.mutants.reach import Reach, measure
from tests.mutants.switches import Switch, ask_in_order
from tests.mutants.trial import Told, anew, live, turned

#: What a child may take of the processor beside what its tests take: starting, and importing everything anew.
_START, _IMPORT = 10.0, 40.0
_SLACK = 5


class HuntError(Exception):
    """Nothing can be said of any mutant."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Fate:
    """What became of a mutant."""

    mutant: Mutant | Switch
    #: The test that noticed it, or in what other way it was noticed; nothing where it survived.
    by: str = ""
    #: How many tests run its line.
    tests: int = 0

    @property
    def survived(self) -> bool:
        """Whether nobody noticed."""
        return not self.by


@dataclass(slots=True)
class Hunt:
    """Goes on in a session of pytest that has collected its tests."""

    root: Path
    code: Sequence[str]
    paths: Sequence[str]
    workers: int
    session: pytest.Session
    reach: Reach = field(default_factory=Reach)
    #: By where a mutant was, the tests that noticed one there, the last first.
    _noticed: dict[tuple[str, str], list[int]] = field(default_factory=lambda: defaultdict(list))
    _numbers: dict[str, int] = field(default_factory=dict)

    def look(self) -> None:
        """Find out which test runs which line."""
        items = self.session.items
        self._numbers = {item.nodeid: number for number, item in enumerate(items)}
        fixed = [number for number, item in enumerate(items) if not is_left_to_chance(item)]
        files = [str(self.root / file) for file in self.code]

        def part(first: int) -> Callable[[], Reach]:
            return lambda: measure(items, fixed[first :: self.workers], files)

        tasks = ((first, part(first), 900.0) for first in range(self.workers))
        for _, answer in work_off(tasks, self.workers):
            if not isinstance(answer.told, Reach):
                raise HuntError(f"the tests did not run to their end: {answer.died}")
            self.reach.add(answer.told)
        if self.reach.failed:
            raise HuntError(f"the tests fail without any mutant: {', '.join(self.reach.failed[:5])}")

    def fates(self, wanted: Sequence[Mutant]) -> Iterator[Fate]:
        """Try each."""
        again: list[Mutant] = []
        for one, answer in work_off((self._task(one) for one in wanted if self.tests_of(one)), self.workers):
            if isinstance(answer.told, Told) and answer.told.unplaced:
                again.append(one)
            else:
                yield self._fate(one, answer, len(self.tests_of(one)))
        for one, answer in work_off((self._task(one, fresh=True) for one in again), self.workers):
            yield self._fate(one, answer, len(self.tests_of(one)))
        for one in wanted:
            if not self.tests_of(one):
                yield Fate(mutant=one)

    def turned(self, wanted: Sequence[Switch]) -> Iterator[Fate]:
        """Turn each switch."""
        items = self.session.items
        names = [items[number].nodeid for number in sorted(self.reach.seconds)]

        def task(one: Switch) -> tuple[Switch, Callable[[], Told], float]:
            asked = [self._numbers[name] for name in ask_in_order(one, names)]
            seconds = _SLACK * sum(self.reach.seconds[number] for number in asked)
            return one, lambda: turned(one, [items[number] for number in asked]), seconds + _START

        for one, answer in work_off((task(one) for one in wanted), self.workers):
            yield self._fate(one, answer, len(ask_in_order(one, names)))

    def tests_of(self, one: Mutant) -> list[int]:
        """The tests that run its line: first those that noticed something near it, then the quick ones."""
        file = str(self.root / one.file)
        able = self.reach.of(file, one)
        near = [*self._noticed[one.file, one.within], *self._noticed[one.file, one.within.partition(".")[0]]]
        rank = {number: place for place, number in reversed(list(enumerate(near)))}
        of_file = self.reach.of_file(file) if not one.is_live else able

        def first(number: int) -> tuple[int, bool, float]:
            return rank.get(number, len(near)), number not in of_file, self.reach.seconds[number]

        return sorted(able, key=first)

    def _task(self, one: Mutant, *, fresh: bool = False) -> tuple[Mutant, Callable[[], Told], float]:
        numbers, items = self.tests_of(one), self.session.items
        seconds = _SLACK * sum(self.reach.seconds[number] for number in numbers)
        if one.is_live and not fresh:
            return one, lambda: live(self.root, one, [items[number] for number in numbers]), seconds + _START
        wanted = [items[number].nodeid for number in numbers]
        known = frozenset(self._numbers)
        return one, lambda: anew(self.root, one, self.paths, wanted, known), seconds + _IMPORT

    def _fate(self, one: Mutant | Switch, answer: Answer, tests: int) -> Fate:
        told: Any = answer.told
        if answer.died:
            return Fate(mutant=one, by=f"({answer.died})", tests=tests)
        if told.stumbled or told.unplaced:
            raise HuntError(f"{one} could not be tried: {told.stumbled or told.unplaced}")
        number = self._numbers.get(told.by)
        if number is not None and isinstance(one, Mutant):
            self._remember(one, number)
        return Fate(mutant=one, by=told.by, tests=tests)

    def _remember(self, one: Mutant, number: int) -> None:
        for name in {one.within, one.within.partition(".")[0]}:
            near = self._noticed[one.file, name]
            if number in near:
                near.remove(number)
            near.insert(0, number)


def is_left_to_chance(item: pytest.Item) -> bool:
    """Whether Hypothesis chooses what it tries: what it notices once it may not notice again."""
    return bool(getattr(getattr(item, "obj", None), "is_hypothesis_test", False))
