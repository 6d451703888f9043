"""Fuzzing itself: it reaches each reader, makes the same input of the same seed, and notices what is wrong."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from random import Random

import pytest

from harness.errors import LabError, SpecError
from harness.facts import FACTS
from tests.fuzz import __main__ as fuzz
from tests.fuzz.desk import FOLDER, desk
from tests.fuzz.parser import OWN, Parser, why_unclear
from tests.fuzz.parsers import all_parsers
from tests.fuzz.tally import Tally
from tests.fuzz.trial import HangError, Trial, chosen, limited, tried

RUNS = 4_000


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv(FOLDER, str(tmp_path))
    monkeypatch.setenv("KUBEDRILL_CACHE", str(tmp_path / "cache"))
    desk.cache_clear()
    return tmp_path


def reader(read: object, *, refusals: tuple[type[BaseException], ...] = OWN) -> Parser:
    return Parser(name="a reader", corpus=(("good",),), read=read, refusals=refusals)  # type: ignore[arg-type]


def outcome(read: object) -> Trial:
    with limited():
        return tried(1, (reader(read),))


def raising(error: BaseException) -> object:
    def read(text: str) -> None:  # noqa: ARG001
        raise error

    return read


def test_each_fact_has_a_reader_and_no_two_readers_have_the_same_name() -> None:
    names = [one.name for one in all_parsers()]
    assert len(set(names)) == len(names)
    assert {f"fact {fact.name}" for fact in FACTS} <= set(names)


@pytest.mark.parametrize("parser", all_parsers(), ids=lambda one: one.name)
def test_each_reader_reads_something_good(parser: Parser) -> None:
    read = 0
    for parts in parser.corpus:
        try:
            parser.read(*parts)
            read += 1
        except parser.refusals:
            continue
    assert read, "all of its corpus is refused, so damage to it would show nothing"


def test_what_stands_in_an_index_whose_digest_is_right_is_read() -> None:
    index = next(one for one in all_parsers() if one.name == "index of runs")
    entry, run = index.corpus[0]
    (found,) = index.read(entry.replace('"container"', '"from the entry"'), run)  # type: ignore[misc]
    assert (found.provider, [line.drill for line in found.drills]) == ("from the entry", ["a"])
    (anew,) = index.read(entry.replace('"drills"', '"drill"'), run)  # type: ignore[misc]
    assert anew.provider == ""


def test_no_input_makes_a_reader_stumble() -> None:
    tally = Tally()
    with limited():
        for seed in range(RUNS):
            tally.add(tried(seed, all_parsers()))
    assert not [f"seed {one.seed}: {one.parser}: {one.wrong}" for one in tally.wrong]
    assert RUNS * 0.2 < tally.refused.total() < RUNS * 0.9


def test_the_same_seed_is_the_same_input() -> None:
    first, second = ([chosen(seed, all_parsers())[1] for seed in range(500)] for _ in range(2))
    assert repr(first) == repr(second)


def test_each_reader_is_reached_within_a_short_run() -> None:
    reached = Counter(chosen(seed, all_parsers())[0].name for seed in range(20_000))
    assert set(reached) == {one.name for one in all_parsers()}


def test_damage_is_seldom_none() -> None:
    chance = Random(7)
    parser = next(one for one in all_parsers() if one.name == "line of a journal")
    same = sum(parser.some_input(chance) in parser.corpus for _ in range(500))
    assert same < 25


@pytest.mark.parametrize("error", [SpecError("There is no drill 'x'"), LabError("The lab is gone")])
def test_a_refusal_in_a_sentence_is_right(error: Exception) -> None:
    assert outcome(raising(error)) == Trial(seed=1, parser="a reader", refused=True)


@pytest.mark.parametrize(
    ("error", "wrong"),
    [
        (KeyError("files"), "KeyError: 'files'"),
        (RecursionError("deep"), "RecursionError"),
        (MemoryError(), "MemoryError"),
        (LabError(""), "it says nothing"),
        (LabError("x" * 3_900 + " <class 'dict'>"), "it holds '<class'"),
        (SpecError("1 validation error for Settings"), "it holds 'validation error for'"),
    ],
)
def test_a_stumble_and_a_refusal_that_nobody_can_read_are_wrong(error: BaseException, wrong: str) -> None:
    trial = outcome(raising(error))
    assert wrong in trial.wrong
    assert trial.given


def test_a_refusal_that_goes_on_for_ever_is_unclear() -> None:
    class EndlessError(LabError):
        __notes__ = ("x" * 3_000, "y" * 3_000)

    assert "characters to say" in why_unclear(EndlessError("It ends"), is_shown=False)
    assert why_unclear(LabError("a sentence"), is_shown=True) == ""


def test_what_takes_for_ever_is_ended(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tests.fuzz.trial.DEADLINE_SECONDS", 0.1)

    def read(text: str) -> None:
        while text:
            pass

    assert "not done after" in outcome(read).wrong
    assert issubclass(HangError, BaseException)
    assert not issubclass(HangError, Exception)


def test_what_takes_too_much_memory_is_noticed() -> None:
    assert "MemoryError" in outcome(lambda text: text * 2**31).wrong


def test_a_bad_input_is_saved_and_can_be_made_again(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(fuzz, "all_parsers", lambda: (reader(raising(ZeroDivisionError("by zero"))),))
    monkeypatch.setattr(fuzz, "_batches", lambda first, *_: [fuzz._batch(first, 3, "")])
    assert fuzz.main(["--runs", "3", "--from", "40", "--save", str(folder / "bad")]) == 1
    assert sorted(path.name for path in (folder / "bad").iterdir()) == ["40.txt", "41.txt", "42.txt"]
    assert "ZeroDivisionError: by zero" in (folder / "bad/41.txt").read_text()
    assert fuzz.main(["--replay", "41"]) == 1
    assert "ZeroDivisionError: by zero" in capsys.readouterr().out


def test_no_inputs_are_refused_and_damage_that_does_nothing_shows_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    for asked in (["--runs", "0"], ["--only", "no reader is called so"]):
        with pytest.raises(SystemExit) as refused:
            fuzz.main(asked)
        assert refused.value.code == 2
    monkeypatch.setattr(fuzz, "all_parsers", lambda: (reader(lambda text: text),))
    monkeypatch.setattr(fuzz, "_batches", lambda first, *_: [fuzz._batch(first, 5, "")])
    assert fuzz.main(["--runs", "5"]) == 1
