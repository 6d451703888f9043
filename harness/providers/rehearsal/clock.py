"""Time that passes only when somebody waits, and what is due while it passes."""

from __future__ import annotations

import contextlib
import heapq
import itertools
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from harness.errors import LabError

#: Always the same day, so that two rehearsals of one drill tell the same story.
_BEGINNING = datetime(2025, 1, 1, tzinfo=UTC)


@dataclass(order=True, slots=True)
class _Due:
    at: float
    number: int
    interval: float = field(compare=False)
    action: Callable[[], None] = field(compare=False)
    stopped: bool = field(default=False, compare=False)


class VirtualClock:
    """A clock that is moved by whoever waits; only one thread may do so."""

    def __init__(self, beginning: datetime = _BEGINNING) -> None:
        self._beginning = beginning
        self._elapsed = 0.0
        self._numbers = itertools.count()
        self._due: list[_Due] = []
        self._acting = False
        self._at_least = 0.0

    def now(self) -> datetime:
        """The simulated wall clock."""
        return self._beginning + timedelta(seconds=self._elapsed)

    def monotonic(self) -> float:
        """Simulated seconds since the beginning."""
        return self._elapsed

    def pause(self, seconds: float) -> None:
        """Let time pass, and everything happen that is due by then."""
        if self._acting:
            raise LabError("What is repeated on a simulated clock cannot wait: it would wait for itself")
        until = self._elapsed + seconds
        while self._due and self._due[0].at <= until:
            due = heapq.heappop(self._due)
            if not due.stopped:
                self._elapsed = max(self._elapsed, due.at)
                self._act(due.action)
                due.at += max(due.interval, self._at_least)
                heapq.heappush(self._due, due)
        self._elapsed = until

    def sleep_through(self, seconds: float, *, at_least: float = 4.0) -> None:
        """Let a long time pass in which nobody looks closely: what is repeated is repeated less often."""
        self._at_least = at_least
        try:
            self.spend(seconds)
        finally:
            self._at_least = 0.0

    def spend(self, seconds: float) -> None:
        """Let the time pass that an answer takes; for those who act at a moment it takes none."""
        if not self._acting:
            self.pause(seconds)

    @contextlib.contextmanager
    def every(self, interval: timedelta, action: Callable[[], None]) -> Iterator[None]:
        """Repeat an action for as long as the block lasts."""
        seconds = interval.total_seconds()
        due = _Due(self._elapsed + seconds, next(self._numbers), seconds, action)
        heapq.heappush(self._due, due)
        try:
            yield
        finally:
            due.stopped = True

    def _act(self, action: Callable[[], None]) -> None:
        self._acting = True
        try:
            action()
        finally:
            self._acting = False
