"""`kubedrill summary`."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from harness.report.line import DrillLine, RunSummary
from tests.cli.stage import parent, request

Command = Callable[..., int]


def test_the_newest_run_is_summed_up_unless_others_are_named(
    kubedrill: Command, home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    first = parent("passed")[0].perform(request(home / "reports", drills=("one",)))
    second = parent("failed")[0].perform(request(home / "reports", drills=("two",)))
    assert kubedrill("summary") == 0
    shown = capsys.readouterr().out
    assert shown.startswith(f"# Run {second.run}\n\n**0 of 1 drill passed, 1 failed.**\n")
    assert "one" not in shown.split("\n\n")[3]
    assert kubedrill("summary", first.run, str(second.folder)) == 0
    shown = capsys.readouterr().out
    assert shown.index(f"# Run {first.run}") < shown.index(f"# Run {second.run}")


def test_no_more_is_printed_than_the_limit(
    kubedrill: Command, home: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    parent("passed")[0].perform(request(home / "reports"))
    line = DrillLine(folder="a", drill="a", verdict="errored", cause="x" * 400)
    many = RunSummary(run="r", drills=tuple(replace(line, folder=f"a{number}") for number in range(9000)))
    monkeypatch.setattr("harness.cli.commands.summary.summary_of", lambda _: many)
    assert kubedrill("summary") == 0
    shown = capsys.readouterr().out
    assert 1000 * 1024 < len(shown.encode()) <= 1024 * 1024
    assert "lines are left out" in shown.splitlines()[-1]
    assert kubedrill("summary", "--limit-kib", "2") == 0
    assert len(capsys.readouterr().out.encode()) <= 2048


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["summary"], "There is no run 'latest'"),
        (["summary", "--limit-kib", "0"], "holds nothing"),
        (["summary", "."], "There is no drill in"),
    ],
)
def test_what_cannot_be_summed_up_is_one_sentence_and_status_2(
    kubedrill: Command, capsys: pytest.CaptureFixture[str], words: list[str], said: str
) -> None:
    assert kubedrill(*words) == 2
    captured = capsys.readouterr()
    assert captured.out == ""
    assert said in captured.err
