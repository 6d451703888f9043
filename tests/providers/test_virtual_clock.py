from __future__ import annotations

from datetime import timedelta

import pytest

from harness.clock import Deadline, NotYet, wait_for
from harness.errors import DeadlineError, LabError
from harness.providers.rehearsal.clock import VirtualClock


def test_time_passes_only_when_somebody_waits() -> None:
    clock = VirtualClock()
    before = clock.now()
    assert clock.monotonic() == 0
    clock.pause(90)
    assert clock.monotonic() == 90
    assert clock.now() - before == timedelta(seconds=90)


def test_what_is_repeated_happens_in_order_at_its_own_times_until_its_block_ends() -> None:
    clock, seen = VirtualClock(), []
    with clock.every(timedelta(seconds=2), lambda: seen.append(("slow", clock.monotonic()))):
        with clock.every(timedelta(seconds=1), lambda: seen.append(("fast", clock.monotonic()))):
            clock.pause(2.5)
        clock.pause(2)
    clock.pause(10)
    assert seen == [("fast", 1.0), ("slow", 2.0), ("fast", 2.0), ("slow", 4.0)]


def test_what_is_repeated_takes_no_time_and_may_not_wait() -> None:
    clock = VirtualClock()
    with clock.every(timedelta(seconds=1), lambda: clock.spend(5)):
        clock.pause(3)
    assert clock.monotonic() == 3
    with clock.every(timedelta(seconds=1), lambda: clock.pause(5)), pytest.raises(LabError, match="cannot wait"):
        clock.pause(3)


def test_a_wait_in_vain_ends_at_its_deadline() -> None:
    clock = VirtualClock()
    with pytest.raises(DeadlineError, match=r"Waited 60\.0 s for rain, in vain; the last look saw: sun"):
        wait_for("rain", lambda: NotYet("sun"), Deadline.after(timedelta(minutes=1), clock))
    assert clock.monotonic() == pytest.approx(60)
