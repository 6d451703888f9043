"""How often a control plane backs itself up, and what is not to be had."""

from __future__ import annotations

from datetime import timedelta

import pytest

from harness.backup.scheduled import EVERY, Job
from harness.errors import SpecError


@pytest.mark.parametrize(
    ("every", "calendar"), [(15, "*:*:0/15"), (1, "*:*:0/1"), (60, "*:0/1"), (300, "*:0/5"), (1800, "*:0/30")]
)
def test_an_interval_becomes_a_calendar(every: int, calendar: str) -> None:
    assert Job(every=timedelta(seconds=every)).calendar == calendar


@pytest.mark.parametrize("seconds", [0, -60, 7, 45, 90, 420, 3600, 7200])
def test_an_interval_that_does_not_fit_into_a_clock_is_refused(seconds: int) -> None:
    with pytest.raises(SpecError, match="no place in a clock"):
        Job(every=timedelta(seconds=seconds))


def test_five_minutes_are_the_default() -> None:
    assert Job().every == EVERY == timedelta(minutes=5)
