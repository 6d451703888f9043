from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest

from harness.clock import HostClock
from harness.lab.turns import side_by_side
from harness.providers.rehearsal.clock import VirtualClock


def test_on_a_simulated_clock_each_thing_is_done_when_it_is_handed_in() -> None:
    done: list[int] = []
    with side_by_side(VirtualClock(), 4) as threads:
        futures = [threads.submit(done.append, number) for number in range(3)]
        assert done == [0, 1, 2]
    assert all(future.done() for future in futures)


def test_what_fails_is_raised_by_whoever_wants_the_result() -> None:
    with side_by_side(VirtualClock(), 1) as threads:
        failed = threads.submit(int, "no number")
    with pytest.raises(ValueError, match="no number"):
        failed.result()


def test_on_the_hosts_clock_there_are_threads() -> None:
    with side_by_side(HostClock(), 2) as threads:
        assert isinstance(threads, ThreadPoolExecutor)
