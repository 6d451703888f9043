"""Drills that are one until the weather parts them, and processes that go on from the middle of one."""

from __future__ import annotations

import os
from pathlib import Path
from random import Random

import pytest

from harness.ownership.lease import open_lease
from harness.ownership.record import State, read_leases
from tests.storm import voyage
from tests.storm.forking import Forks
from tests.storm.voyage import SEEDS_OF_A_WORLD, Berth, Landing, sail, sail_together
from tests.storm.weather import Blow, forecast

pytestmark = pytest.mark.filterwarnings("ignore:.*fork.*:DeprecationWarning")
RUN = "20250101-000000-abcd"


def one_for_each_blow() -> list[int]:
    """The first seeds without sabotage that begin with each of the blows, and one that is struck twice."""
    found: dict[object, int] = {}
    for seed in range(200):
        chance = Random(seed)
        if Berth.of(seed, chance).sabotage is None:
            planned = forecast(chance, voyage.calls_of("os-disk-swap"))
            found.setdefault(planned[0].blow, seed)
            found.setdefault(len(planned) > 1, seed)
    assert {*Blow, True} <= set(found)
    return sorted(set(found.values()))


def test_drills_that_begin_as_one_come_out_as_each_does_alone(harbour: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    seeds, parted = one_for_each_blow(), []
    part = Forks.part
    monkeypatch.setattr(voyage, "_TO_PART", 0.0)

    def counted(forks: Forks) -> bool:
        parted.append(forks)
        return part(forks)

    monkeypatch.setattr(Forks, "part", counted)
    together = sail_together(seeds, harbour)
    assert len(parted) == len(seeds) - 1
    monkeypatch.setattr(Forks, "part", part)
    alone = [sail(seed, harbour) for seed in seeds]
    assert together == alone
    assert len({landing.digest for landing in together}) == len(seeds)
    assert not [landing for landing in together if landing.wrong or not landing.struck]


def test_whoever_is_struck_before_it_is_worth_a_process_begins_anew(
    harbour: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    seeds = one_for_each_blow()[:4]
    monkeypatch.setattr(voyage, "_TO_PART", 3600.0)
    monkeypatch.setattr(Forks, "part", lambda _: pytest.fail("It is not worth it"))
    together = sail_together(seeds, harbour)
    assert together == [sail(seed, harbour) for seed in seeds]
    assert not [landing for landing in together if landing.wrong or not landing.struck]


def test_seeds_that_nothing_strikes_land_together(harbour: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(voyage, "forecast", lambda *_: ())
    seeds = [seed for seed in range(20) if Berth.of(seed, Random(seed)).sabotage is None][:3]
    landings = sail_together(seeds, harbour)
    assert [(one.seed, one.word, one.wrong) for one in landings] == [(seed, "passed", []) for seed in seeds]


def test_another_world_has_other_secrets_and_no_seed_of_it_sails_along(harbour: Path) -> None:
    first = next(seed for seed in range(20) if Berth.of(seed, Random(seed)).sabotage is None)
    other = next(seed for seed in range(SEEDS_OF_A_WORLD, 10**6) if Berth.of(seed, Random(seed)).sabotage is None)
    with pytest.raises(ValueError, match="too many values"):
        sail_together([first, other], harbour)
    landings = [calm(seed, harbour) for seed in (first, other)]
    assert landings[0].digest != landings[1].digest


def calm(seed: int, harbour: Path) -> Landing:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(voyage, "forecast", lambda *_: ())
        return sail(seed, harbour)


def test_a_child_has_files_and_leases_of_its_own(harbour: Path) -> None:
    folder = harbour / "folder"
    folder.mkdir()
    with pytest.MonkeyPatch.context() as patch, (folder / "journal").open("ab", buffering=0) as journal:
        patch.setenv("KUBEDRILL_CACHE", str(folder / "cache"))
        with open_lease(RUN) as lease:
            journal.write(b"both ")
            forks = Forks(folder)
            is_child = forks.part()
            journal.write(b"child" if is_child else b"parent")
            (record,) = read_leases()
            pid = (lease.folder / "owner.json").read_text()
            told = forks.end_with(lambda: ((folder / "journal").read_bytes(), record.state, pid, os.getpid()))
            ((content, state, owner, child),) = forks.told
    assert told[:2] == (b"both parent", State.ALIVE)
    assert (content, state) == (b"both child", State.ALIVE)
    assert f'"pid": {child},' in owner
    assert f'"pid": {os.getpid()},' in told[2]
    assert [path.name for path in harbour.iterdir()] == ["folder"]


def test_a_child_that_ends_without_a_word_is_an_error(harbour: Path, capfd: pytest.CaptureFixture[str]) -> None:
    for does in (lambda: os._exit(3), lambda: 1 / 0):
        folder = harbour / "folder"
        folder.mkdir(exist_ok=True)
        forks = Forks(folder)
        if forks.part():
            forks.end_with(does)
        with pytest.raises(RuntimeError, match=r"ended with status [13] and told nothing"):
            forks.end_with(list)
    assert "ZeroDivisionError" in capfd.readouterr().err
