"""Drills that several jobs share: each is performed by exactly one of them."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.cli.run.request import Privileges, RunRequest, Wishes, check_request
from harness.cli.run.shard import divide, division_of, parse_shard, read_durations
from harness.drill.catalog import DrillInfo, find_drills, scenario_places
from harness.errors import SpecError
from harness.spec.settings import Settings
from tests.cli.stage import parent, request

Command = Callable[..., int]
KNOWN = find_drills(scenario_places())
ABLE = Privileges(is_root=lambda: True, find_program=lambda name: name)
LABS = ("1", "1+1", "3", "3+1")


def drill(name: str, lab: str = "1") -> DrillInfo:
    return DrillInfo(name=name, claim="It comes back.", lab=lab, file=Path("test_x.py"), function="test_x")


drills = st.dictionaries(
    st.text("abcdef-", min_size=1, max_size=6), st.sampled_from(LABS), min_size=1, max_size=30
).map(lambda labs: [drill(name, lab) for name, lab in labs.items()])
durations = st.dictionaries(st.text("abcdef-", min_size=1, max_size=6), st.floats(min_value=0.1, max_value=10_000))


@given(given=drills, of=st.integers(1, 30), seconds=durations)
def test_each_drill_is_in_exactly_one_part_and_no_part_is_empty(
    given: list[DrillInfo], of: int, seconds: dict[str, float]
) -> None:
    if of > len(given):
        with pytest.raises(SpecError, match="cannot be divided"):
            divide(given, of, seconds)
        return
    parts = divide(given, of, seconds)
    assert len(parts) == of
    assert all(parts)
    assert sorted(one.name for part in parts for one in part) == sorted(one.name for one in given)


@given(given=drills, of=st.integers(1, 30), seconds=durations, chance=st.randoms(use_true_random=False))
def test_the_parts_do_not_depend_on_the_order_in_which_drills_were_named(
    given: list[DrillInfo], of: int, seconds: dict[str, float], chance: object
) -> None:
    of = min(of, len(given))
    shuffled = list(given)
    chance.shuffle(shuffled)  # type: ignore[attr-defined]
    assert divide(shuffled, of, seconds) == divide(given, of, seconds)


@given(given=drills, of=st.integers(1, 30), data=st.data())
def test_no_part_is_longer_than_another_by_more_than_its_longest_drill(
    given: list[DrillInfo], of: int, data: st.DataObject
) -> None:
    seconds = {one.name: data.draw(st.floats(min_value=1, max_value=10_000)) for one in given}
    parts = divide(given, min(of, len(given)), seconds)
    least = min(sum(seconds[one.name] for one in part) for part in parts)
    for part in parts:
        shortest = min(seconds[one.name] for one in part)
        # Whoever came last into a part came because it was the shortest of all by then.
        assert sum(seconds[one.name] for one in part) - shortest <= least * (1 + 1e-9)


def test_a_drill_of_unknown_length_counts_by_its_machines() -> None:
    parts = divide([drill("a", "3+1"), drill("b"), drill("c"), drill("d")], 2, {"b": 10.0})
    assert [[one.name for one in part] for part in parts] == [["a"], ["b", "c", "d"]]


def test_known_durations_even_the_parts_out(tmp_path: Path) -> None:
    rows = [{"drill": name, "seconds": seconds} for name, seconds in (("a", 90.0), ("b", 30), ("c", 30), ("d", 30))]
    path = tmp_path / "run.json"
    path.write_text(json.dumps({"drills": [*rows, {"drill": "a", "seconds": 500, "sabotage": "lose-ca-key"}]}))
    seconds = read_durations(path)
    assert seconds["a"] == 90.0
    parts = divide([drill(name) for name in "abcd"], 2, seconds)
    assert [[one.name for one in part] for part in parts] == [["a"], ["b", "c", "d"]]


@pytest.mark.parametrize("content", ["", "[]", "{}", '{"drills": [1]}', '{"drills": [{"drill": "a"}]}'])
def test_a_file_without_durations_is_refused(tmp_path: Path, content: str) -> None:
    path = tmp_path / "run.json"
    path.write_text(content)
    with pytest.raises(SpecError, match="tells no durations"):
        read_durations(path)


@pytest.mark.parametrize("text", ["", "1", "0/2", "3/2", "a/b", "1/2/3", "-1/2", "1/0", " 1/2", "1/99999"])
def test_a_shard_that_is_none_is_refused(text: str) -> None:
    with pytest.raises(SpecError, match="There is no shard"):
        parse_shard(text)


def asked(shard: str, *names: str, provider: str = "container") -> RunRequest:
    return check_request(Wishes(drills=names, provider=provider, shard=shard), KNOWN, Settings(), ABLE)


def test_the_shards_of_a_catalogue_are_all_that_the_provider_offers() -> None:
    parts = [asked(f"{number}/5", "all", provider="vagrant") for number in range(1, 6)]
    whole = check_request(Wishes(drills=["all"], provider="vagrant"), KNOWN, Settings(), ABLE)
    assert sorted(one.name for part in parts for one in part.drills) == [one.name for one in whole.drills]
    assert len({part.shard.division for part in parts if part.shard is not None}) == 1


def test_jobs_that_divide_otherwise_can_be_told_by_the_name_of_their_division() -> None:
    some = [drill(name) for name in "abcd"]
    assert division_of(divide(some, 2)) == division_of(divide(list(reversed(some)), 2))
    assert division_of(divide(some, 2)) != division_of(divide(some, 2, {"a": 500.0, "b": 1.0, "c": 1.0, "d": 1.0}))


def test_the_first_line_of_a_run_says_which_part_it_is(home: Path) -> None:
    performer, printed = parent("passed")
    part = asked("2/8", "all", provider="rehearsal")
    assert part.shard is not None
    performer.perform(replace(request(home / "reports"), shard=part.shard))
    assert f"; shard 2/8, 1 drill of the division {part.shard.division}." in printed().splitlines()[0]


def test_a_matrix_is_one_line_and_its_jobs_perform_what_it_says(
    kubedrill: Command, capsys: pytest.CaptureFixture[str]
) -> None:
    assert kubedrill("plan", "--matrix", "json", "--shards", "4", "--provider", "container") == 0
    shown = capsys.readouterr().out
    assert shown.count("\n") == 1
    jobs = json.loads(shown)["include"]
    assert [job["shard"] for job in jobs] == ["1/4", "2/4", "3/4", "4/4"]
    for job in jobs:
        part = asked(job["shard"], "all")
        assert job["drills"] == " ".join(one.name for one in part.drills)
        assert part.shard is not None
        assert job["division"] == part.shard.division


def test_a_matrix_has_a_job_for_each_drill_unless_told_otherwise(
    kubedrill: Command, capsys: pytest.CaptureFixture[str]
) -> None:
    assert kubedrill("plan", "rollback", "drain", "--matrix", "json", "--provider", "rehearsal") == 0
    jobs = json.loads(capsys.readouterr().out)["include"]
    assert sorted(job["drills"] for job in jobs) == ["drain", "rollback"]


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["run", "all", "--shard", "1/2"], "for the provider 'auto'"),
        (["run", "all", "--provider", "rehearsal", "--shard", "3/2"], "There is no shard '3/2'"),
        (["run", "rollback", "--provider", "rehearsal", "--shard", "2/2"], "1 drill cannot be divided among 2 shards"),
        (["run", "rollback", "--provider", "rehearsal", "--durations", "x"], "serve to divide"),
        (["run", "all", "--provider", "rehearsal", "--shard", "1/2", "--durations", "nowhere"], "cannot be read from"),
        (["plan"], "No drill was named"),
        (["plan", "rollback", "drain"], "One drill is shown at a time, and 2 were named"),
        (["plan", "rollback", "--shards", "2"], "by a matrix"),
        (["plan", "--matrix", "jsno", "--provider", "container"], "Did you mean 'json'"),
        (["plan", "--matrix", "json"], "for the provider 'auto'"),
        (["plan", "--matrix", "json", "--provider", "contaner"], "Did you mean 'container'"),
        (["plan", "rolback", "--matrix", "json", "--provider", "container"], "Did you mean 'rollback'"),
        (["plan", "--matrix", "json", "--provider", "container", "--shards", "0"], "cannot be divided among 0 shards"),
        (["plan", "changed-name", "--matrix", "json", "--provider", "libvirt"], "is not offered on libvirt"),
    ],
)
def test_what_cannot_be_divided_is_one_sentence_and_status_2(
    kubedrill: Command, home: Path, capsys: pytest.CaptureFixture[str], words: list[str], said: str
) -> None:
    assert kubedrill(*words) == 2
    captured = capsys.readouterr()
    assert captured.out == ""
    assert said in captured.err
    assert "Traceback" not in captured.err
    assert list(home.iterdir()) == []
