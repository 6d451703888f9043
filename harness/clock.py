"""Time as the harness sees it: clocks that can be simulated, deadlines handed down, waits that explain themselves."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Protocol, TypeVar

from harness.errors import DeadlineError

_Found = TypeVar("_Found")


class Clock(Protocol):
    """What tells the time and lets it pass."""

    def now(self) -> datetime:
        """The wall clock, aware and in UTC."""
        ...

    def monotonic(self) -> float:
        """Seconds that never go backwards, comparable only with themselves."""
        ...

    def pause(self, seconds: float) -> None:
        """Let time pass."""
        ...


class HostClock:
    """The clock of the machine that the harness runs on."""

    def now(self) -> datetime:
        """The host's wall clock in UTC."""
        return datetime.now(UTC)

    def monotonic(self) -> float:
        """The host's monotonic clock in seconds."""
        return time.monotonic()

    def pause(self, seconds: float) -> None:
        """Sleep: the only place in the harness that does."""
        time.sleep(seconds)


@dataclass(frozen=True, slots=True, kw_only=True)
class Deadline:
    """A moment that is handed down, so that nested waits share one budget instead of each spending it anew."""

    clock: Clock
    budget: timedelta
    started: float

    @classmethod
    def after(cls, budget: timedelta, clock: Clock) -> Deadline:
        """A deadline that lies this far ahead of now."""
        return cls(clock=clock, budget=budget, started=clock.monotonic())

    @property
    def elapsed(self) -> timedelta:
        """How much of the budget is spent."""
        return timedelta(seconds=self.clock.monotonic() - self.started)

    @property
    def remaining(self) -> timedelta:
        """How much is left, never negative."""
        return max(self.budget - self.elapsed, timedelta(0))

    @property
    def passed(self) -> bool:
        """Whether the moment lies behind us."""
        return self.elapsed >= self.budget


@dataclass(frozen=True, slots=True)
class NotYet:
    """What a check saw instead of what it waits for."""

    saw: str


def wait_for(
    what: str,
    check: Callable[[], _Found | NotYet],
    deadline: Deadline,
    *,
    every: timedelta = timedelta(milliseconds=100),
) -> _Found:
    """Ask until the check finds it; after the deadline say what was waited for, how long, and what was seen last."""
    while True:
        found = check()
        if not isinstance(found, NotYet):
            return found
        if deadline.passed:
            raise DeadlineError(
                f"Waited {deadline.elapsed.total_seconds():.1f} s for {what}, in vain; the last look saw: {found.saw}"
            )
        deadline.clock.pause(min(every, max(deadline.remaining, timedelta(milliseconds=1))).total_seconds())
