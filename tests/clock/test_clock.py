from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.clock import Deadline, HostClock, NotYet, wait_for
from harness.errors import DeadlineError


class StillClock:
    """A clock that goes only when it is waited on."""

    def __init__(self) -> None:
        self.seconds = 0.0
        self.pauses: list[float] = []

    def now(self) -> datetime:
        return datetime(2026, 11, 21, tzinfo=UTC) + timedelta(seconds=self.seconds)

    def monotonic(self) -> float:
        return self.seconds

    def pause(self, seconds: float) -> None:
        self.pauses.append(seconds)
        self.seconds += seconds


def test_what_is_there_is_found_without_waiting() -> None:
    clock = StillClock()
    assert wait_for("it", lambda: 42, Deadline.after(timedelta(0), clock)) == 42
    assert clock.pauses == []


def test_what_comes_is_found_when_it_comes() -> None:
    clock = StillClock()

    def look() -> str | NotYet:
        return "here" if clock.seconds >= 3 else NotYet("nothing")

    assert wait_for("it", look, Deadline.after(timedelta(seconds=10), clock), every=timedelta(seconds=1)) == "here"
    assert clock.seconds == 3


def test_a_wait_in_vain_says_for_what_how_long_and_what_was_seen_last() -> None:
    clock = StillClock()
    with pytest.raises(DeadlineError) as late:
        wait_for(
            "the API", lambda: NotYet(f"nothing at {clock.seconds:.0f} s"), Deadline.after(timedelta(seconds=2), clock)
        )
    assert str(late.value) == "Waited 2.0 s for the API, in vain; the last look saw: nothing at 2 s"


def test_false_and_none_are_answers_too() -> None:
    deadline = Deadline.after(timedelta(0), StillClock())
    assert wait_for("it", lambda: False, deadline) is False
    assert wait_for("it", lambda: None, deadline) is None


@given(budget=st.floats(0, 100), every=st.floats(0.01, 10))
def test_no_wait_lasts_longer_than_its_budget(budget: float, every: float) -> None:
    clock = StillClock()
    deadline = Deadline.after(timedelta(seconds=budget), clock)
    with pytest.raises(DeadlineError):
        wait_for("it", lambda: NotYet(""), deadline, every=timedelta(seconds=every))
    assert clock.seconds <= budget + 0.01
    assert deadline.passed
    assert deadline.remaining == timedelta(0)


def test_nested_waits_share_one_budget() -> None:
    clock = StillClock()
    deadline = Deadline.after(timedelta(seconds=5), clock)
    for _ in range(2):
        with pytest.raises(DeadlineError):
            wait_for("it", lambda: NotYet(""), deadline)
    assert clock.seconds == pytest.approx(5, abs=0.01)


def test_the_hosts_clock_is_aware_and_goes_forward() -> None:
    clock = HostClock()
    before = clock.monotonic()
    clock.pause(0.001)
    assert clock.monotonic() > before
    assert clock.now().tzinfo is UTC
