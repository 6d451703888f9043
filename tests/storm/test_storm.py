"""The storm itself: it is the same for the same seed, it strikes, and it notices a lie."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from pathlib import Path
from random import Random

import pytest

from harness.errors import CommandError, LabError
from harness.providers.rehearsal.clock import VirtualClock
from harness.providers.seam import ApiError
from harness.verdict import Verdict, judge
from harness.verdict.verdict import Word
from tests.storm import voyage
from tests.storm.__main__ import main
from tests.storm.tally import Tally
from tests.storm.voyage import Landing, sail
from tests.storm.weather import SORTS, Blow, KilledError, Planned, Weather, forecast

CALLS = {"": 2000, "journal": 600, **dict.fromkeys((one for one in SORTS if one), 20)}


def struck(blow: Blow, sort: str = "channel.run") -> Weather:
    return Weather(clock=VirtualClock(), planned=(Planned(blow=blow, sort=sort, number=2),))


def test_the_same_seed_is_the_same_weather_and_each_blow_has_its_share() -> None:
    assert [forecast(Random(seed), CALLS) for seed in range(50)] == [
        forecast(Random(seed), CALLS) for seed in range(50)
    ]
    share = Counter(one.blow for seed in range(1000) for one in forecast(Random(seed), CALLS))
    assert min(share[blow] for blow in Blow) > 50


def test_a_blow_falls_only_where_the_drill_has_a_call_and_each_of_them_can_be_struck() -> None:
    calls = {"": 3, "channel.run": 2, "channel.put": 1, "machine.cut": 1, "journal": 4}
    planned = {(one.sort, one.number) for seed in range(3000) for one in forecast(Random(seed), calls)}
    assert planned == {(sort, number) for sort, most in calls.items() for number in range(1, most + 1)}


@pytest.mark.parametrize(
    ("blow", "sort", "raised"),
    [
        (Blow.FAILS, "channel.run", CommandError),
        (Blow.FAILS, "api.get", ApiError),
        (Blow.FAILS, "machine.cut", LabError),
        (Blow.HANGS, "channel.run", CommandError),
        (Blow.LOSES_ANSWER, "api.apply", ApiError),
        (Blow.INTERRUPT, "channel.run", KeyboardInterrupt),
        (Blow.KILL, "channel.run", KilledError),
    ],
)
def test_a_blow_falls_on_the_call_that_it_is_meant_for(blow: Blow, sort: str, raised: type[BaseException]) -> None:
    weather, done = struck(blow, sort), []
    weather.around("machine.choose", done.append, ("another",), {})
    weather.around(sort, done.append, ("first",), {})
    with pytest.raises(raised):
        weather.around(sort, done.append, ("second",), {})
    weather.around(sort, done.append, ("third",), {})
    assert done == ["another", "first", *(["second"] if blow is Blow.LOSES_ANSWER else []), "third"]


def test_what_hangs_takes_time_and_what_is_torn_is_half_there() -> None:
    weather = struck(Blow.HANGS)
    weather.around("channel.run", lambda: None, (), {})
    with pytest.raises(LabError, match="hang"):
        weather.around("channel.run", lambda: None, (), {})
    assert weather.clock.monotonic() > 60
    written: dict[str, bytes] = {}
    torn = Weather(clock=VirtualClock(), planned=(Planned(blow=Blow.TEARS, sort="channel.put", number=1),))
    with pytest.raises(LabError, match="tore '/etc/file'"):
        torn.around("channel.put", written.__setitem__, ("/etc/file", b"content!"), {})
    assert written == {"/etc/file": b"cont"}


def test_a_storm_is_the_same_each_time(harbour: Path) -> None:
    first, second = (sail(7, harbour) for _ in range(2))
    assert first == second
    assert len(first.digest) == 64
    assert first.drill == "os-disk-swap"
    assert not first.wrong


def test_a_judge_that_lets_everything_pass_is_found_out(harbour: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def lenient(history: object) -> Verdict:
        return replace(judge(history), word=Word.PASSED, cause="")  # type: ignore[arg-type]

    monkeypatch.setattr(voyage, "judge", lenient)
    blow = Planned(blow=Blow.KILL, sort="machine.cut", number=1)
    monkeypatch.setattr(voyage, "forecast", lambda *_: (blow,))
    landing = sail(2, harbour)
    assert landing.struck == (blow,)
    assert "passed, though the harness was killed" in landing.wrong
    assert any("required check" in one for one in landing.wrong)


def test_a_storm_of_no_drills_is_refused_and_one_that_strikes_nobody_is_none(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(SystemExit) as refused:
        main(["--runs", "0"])
    assert refused.value.code == 2
    calm = Landing(seed=0, drill="os-disk-swap", word="passed")
    monkeypatch.setattr("tests.storm.__main__._batches", lambda *_: [([calm], "")])
    assert main(["--runs", "1"]) == 1


def test_what_stumbles_is_told_with_its_seed(harbour: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(voyage, "forecast", lambda *_: ())
    calm = sail(3, harbour)

    def stumbles(drill: object) -> None:  # noqa: ARG001
        raise ZeroDivisionError("by zero")

    stumbles.__dict__.update(voyage.STORIES["os-disk-swap"].__dict__)
    monkeypatch.setitem(voyage.STORIES, "os-disk-swap", stumbles)
    landing = sail(3, harbour)
    assert "the harness stumbled: ZeroDivisionError: by zero" in landing.wrong
    tally = Tally()
    assert list(tally.add([calm], "")) == []
    (told,) = tally.add([landing], "")
    assert told.startswith("seed 3: os-disk-swap")
    assert (tally.runs, tally.wrong) == (2, 1)
    assert list(tally.add([calm], "/leases/one")) == ["seeds 3 to 3: reap left /leases/one"]


def test_a_drill_that_does_not_pass_in_calm_weather_makes_no_storm(
    harbour: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def gives_up(drill: object) -> None:  # noqa: ARG001
        raise LabError("no")

    gives_up.__dict__.update(voyage.STORIES["os-disk-swap"].__dict__)
    monkeypatch.setitem(voyage.STORIES, "gives-up", voyage.STORIES["os-disk-swap"])
    voyage._plan("gives-up")
    monkeypatch.setitem(voyage.STORIES, "gives-up", gives_up)
    with pytest.raises(AssertionError, match="gives-up, calm: errored, which was to pass"):
        voyage.calls_of("gives-up")
    assert not list(harbour.glob("calm-*"))
