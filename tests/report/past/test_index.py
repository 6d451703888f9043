"""The index is a memory of the runs: fast where nothing changed, and never believed against them."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest

from harness.report.past import RunEntry, Standing, index, read_index
from harness.report.past.entry import moment_of
from tests.report.past.nights import FIRST, nightly, perform, report, run_id


def verdicts(runs: tuple[RunEntry, ...]) -> list[list[str]]:
    return [[line.verdict for line in run.drills] for run in runs]


def reads(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The runs that are read from now on, and do not come out of the index file."""
    found: list[str] = []
    really = index.read_run

    def read(folder: Path) -> RunEntry:
        found.append(folder.name)
        return really(folder)

    monkeypatch.setattr(index, "read_run", read)
    return found


def test_runs_come_newest_first_and_nothing_is_read_twice(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    nightly(tmp_path, 300)
    first = read_index(tmp_path)
    assert [run.at for run in first] == [FIRST + timedelta(days=number) for number in reversed(range(300))]
    again = reads(monkeypatch)
    assert read_index(tmp_path) == first
    assert again == []
    perform(tmp_path, FIRST + timedelta(days=300))
    assert len(read_index(tmp_path)) == 301
    assert len(again) == 1


@pytest.mark.parametrize(
    "spoil",
    [
        lambda _: "",
        lambda text: text[: len(text) // 2],
        lambda text: text.replace('"failed"', '"passed"'),
        lambda text: text.replace('"format": "', '"format": "0'),
        lambda _: "[]\n",
        lambda _: '{"format": null, "sha256": null, "runs": \n{}}\n',
        lambda _: "[" * 100_000,
        lambda text: text + "\x00",
    ],
)
def test_an_index_file_that_is_not_as_it_was_written_is_made_anew(tmp_path: Path, spoil: Callable[[str], str]) -> None:
    perform(tmp_path, FIRST, verdict="failed")
    before = read_index(tmp_path)
    good = (tmp_path / "index.json").read_bytes()
    (tmp_path / "index.json").write_text(spoil(good.decode()))
    assert read_index(tmp_path) == before
    assert (tmp_path / "index.json").read_bytes() == good
    assert json.loads(good)["runs"].keys() == {run_id(FIRST)}


def test_a_report_that_was_written_anew_is_read_anew_even_with_the_size_and_time_of_before(tmp_path: Path) -> None:
    folder = perform(tmp_path, FIRST, ["a"])
    assert verdicts(read_index(tmp_path)) == [["passed"]]
    path = folder / "a" / "report.json"
    seen = path.stat()
    path.write_text(path.read_text().replace('"passed"', '"failed"'))
    os.utime(path, ns=(seen.st_atime_ns, seen.st_mtime_ns))
    assert path.stat().st_size == seen.st_size
    assert verdicts(read_index(tmp_path)) == [["failed"]]


def test_runs_that_are_gone_or_new_or_changed_are_noticed(tmp_path: Path) -> None:
    nightly(tmp_path, 3, ["a"])
    read_index(tmp_path)
    shutil.rmtree(tmp_path / run_id(FIRST + timedelta(days=1), 1))
    shutil.rmtree(tmp_path / run_id(FIRST + timedelta(days=2), 2) / "a")
    runs = read_index(tmp_path)
    assert [len(run.drills) for run in runs] == [0, 1]


def test_what_is_no_run_is_left_alone(tmp_path: Path) -> None:
    perform(tmp_path, FIRST, ["a"])
    (tmp_path / "latest").symlink_to(run_id(FIRST))
    (tmp_path / run_id(FIRST + timedelta(days=9))).symlink_to(run_id(FIRST))
    (tmp_path / "notes").mkdir()
    (tmp_path / "notes" / "report.json").write_text("{}")
    (tmp_path / ".hidden").mkdir()
    (tmp_path / "README.md").write_text("# Reports")
    (tmp_path / run_id(FIRST) / "linked").symlink_to(tmp_path / run_id(FIRST) / "a")
    (run,) = read_index(tmp_path)
    assert [line.folder for line in run.drills] == ["a"]


def test_a_run_under_another_name_is_of_the_time_that_its_journals_name(tmp_path: Path) -> None:
    perform(tmp_path, FIRST, ["a"]).rename(tmp_path / run_id(FIRST + timedelta(days=30)))
    (run,) = read_index(tmp_path)
    assert run.at == FIRST


def test_half_written_runs_say_so_and_never_pass(tmp_path: Path) -> None:
    run = tmp_path / run_id(FIRST)
    (run / "b").mkdir(parents=True)
    first = {"seq": 0, "kind": "drill", "drill": "b", "provider": "container", "fidelity": "container"}
    (run / "b" / "journal.jsonl").write_text(json.dumps(first) + "\n")
    (tmp_path / run_id(FIRST + timedelta(days=1))).mkdir()
    empty, half = read_index(tmp_path)
    assert (empty.drills, empty.ended, half.ended) == ((), False, False)
    (line,) = half.drills
    assert (line.verdict, half.standing(line)) == ("errored", Standing.EVIDENCE)
    assert "going on" in line.cause
    (run / "b" / "report.json").write_text(json.dumps(report(run.name, "b", FIRST)))
    assert verdicts(read_index(tmp_path)) == [[], ["passed"]]


@pytest.mark.parametrize(
    "damage",
    ["", "{", "[]", "null", '{"verdict": "splendid"}', '{"verdict": "passed", "rto": 7}', "\udcff", "[" * 99999],
)
def test_a_damaged_report_is_an_error_of_its_drill_and_of_no_other(tmp_path: Path, damage: str) -> None:
    folder = perform(tmp_path, FIRST, ["a", "b"])
    (folder / "a" / "report.json").write_bytes(damage.encode(errors="surrogateescape"))
    (run,) = read_index(tmp_path)
    assert [line.verdict for line in run.drills] == ["errored", "passed"]
    assert run.standing(run.drills[0]) is Standing.EVIDENCE


def test_numbers_that_are_none_are_not_measured(tmp_path: Path) -> None:
    rto = {"target_seconds": True, "control_plane_seconds": float("nan"), "workload_seconds": 1e300}
    perform(tmp_path, FIRST, ["a"], rto=rto, seconds=float("inf"), seed="x", host=[], started="yesterday")
    ((line,),) = [run.drills for run in read_index(tmp_path)]
    assert (line.control_plane_seconds, line.workload_seconds, line.seconds) == (None, None, 0.0)


def test_a_drill_that_left_nothing_counts_as_what_was_asked_for(tmp_path: Path) -> None:
    for number, provider in enumerate(("container", "rehearsal", "")):
        folder = perform(tmp_path, FIRST, [], number=number) if number > 9 else tmp_path / run_id(FIRST, number)
        folder.mkdir(exist_ok=True)
        lost = {"folder": "a", "drill": "a", "verdict": "errored", "cause": "pytest broke"}
        (folder / "run.json").write_text(json.dumps({"asked": {"provider": provider}, "drills": [lost]}))
    standings = [run.standing(run.drills[0]) for run in reversed(read_index(tmp_path))]
    assert standings == [Standing.EVIDENCE, Standing.REHEARSAL, Standing.UNKNOWN]


def test_what_was_rehearsed_spoiled_or_made_for_show_is_told_apart(tmp_path: Path) -> None:
    perform(tmp_path, FIRST, ["a"], provider="rehearsal", fidelity="rehearsal")
    perform(tmp_path, FIRST, ["b"], number=1, sabotage="lose-ca")
    perform(tmp_path, FIRST, ["c"], number=2, demonstration="The dates are shifted", sabotage="lose-ca")
    perform(tmp_path, FIRST, ["d"], number=3)
    runs = read_index(tmp_path)
    assert {run.drills[0].folder: run.standing(run.drills[0]).value for run in runs} == {
        "a": "rehearsal",
        "b": "sabotaged",
        "c": "demonstration",
        "d": "evidence",
    }


def test_a_folder_that_cannot_be_written_to_is_read_all_the_same(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> None:
        raise index.LabError("read-only")

    nightly(tmp_path, 2)
    monkeypatch.setattr(index, "replace_file", refuse)
    assert len(read_index(tmp_path)) == 2


def test_names_of_runs_are_moments_only_where_there_is_such_a_moment() -> None:
    assert moment_of(run_id(FIRST)) == FIRST
    assert moment_of("20261399-093012-4f2a") is None
    assert moment_of("notes") is None
