"""Weather that Hypothesis makes: none of it lets a drill pass falsely, and of what does the least is shown."""

from __future__ import annotations

import contextlib
import tempfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import find, given, settings
from hypothesis import strategies as st

from harness.journal import History
from harness.verdict import Verdict, judge
from harness.verdict.verdict import Word
from tests.storm import voyage
from tests.storm.voyage import Landing, calls_of, sail_into
from tests.storm.weather import Blow, Planned

DRILL = "os-disk-swap"
#: Only a file that is written can be torn, and only the journal asks its disk for room.
ONLY_AT = {Blow.TEARS: "channel.put", Blow.NO_ROOM: "journal"}


@contextlib.contextmanager
def at_sea() -> Iterator[Path]:
    with tempfile.TemporaryDirectory() as folder, pytest.MonkeyPatch.context() as patch:
        patch.setenv("KUBEDRILL_CACHE", f"{folder}/harbour/cache")
        patch.setattr("harness.ownership.lease.register_leases", str)
        yield Path(folder) / "harbour"


@st.composite
def blows(draw: st.DrawFn) -> Planned:
    with at_sea():
        calls = calls_of(DRILL)
    blow = draw(st.sampled_from(list(Blow)))
    sort = ONLY_AT.get(blow) or draw(st.sampled_from(sorted(one for one in calls if one != "journal")))
    return Planned(blow=blow, sort=sort, number=draw(st.integers(1, calls[sort])))


weathers = st.lists(blows(), min_size=1, max_size=4)


def landing(planned: list[Planned]) -> Landing:
    with at_sea() as harbour:
        return sail_into(planned, DRILL, harbour)


@given(planned=weathers)
@settings(max_examples=10)
def test_in_no_weather_a_drill_passes_falsely_or_leaves_anything(planned: list[Planned]) -> None:
    assert landing(planned).wrong == []


def test_of_a_lie_the_least_weather_that_shows_it_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    def gullible(history: History) -> Verdict:
        return replace(judge(history), word=Word.PASSED)

    with at_sea():
        # The calm weather before is judged by who cannot be fooled.
        calls_of(DRILL)
    monkeypatch.setattr(voyage, "judge", gullible)
    least = find(weathers, lambda planned: bool(landing(planned).wrong), settings=settings(database=None))
    assert len(least) == 1
