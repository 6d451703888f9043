from __future__ import annotations

import io
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from rich.console import Console

from harness.cli.console import answers
from harness.cli.run.follow import Follower
from harness.cli.run.outcome import Outcome
from harness.cli.run.progress import DrillProgress
from harness.cli.run.summary import say_outcomes, say_pass_rate
from harness.cli.run.view import LineView, TableView, progress_table
from harness.journal import Event, Kind

_START = datetime(2026, 11, 21, 9, 30, tzinfo=UTC)
_STORY: tuple[tuple[float, Kind, dict[str, Any]], ...] = (
    (0, Kind.DRILL, {"drill": "os-disk-swap"}),
    (0, Kind.PHASE, {"name": "recovery", "state": "start"}),
    (1, Kind.WAIT, {"id": 1, "on": "the API's first answer", "state": "start"}),
    (2, Kind.WAIT, {"id": 2, "on": "CoreDNS", "state": "start"}),
    (20, Kind.WAIT, {"id": 1, "on": "the API's first answer", "state": "end"}),
    (21.5, Kind.PHASE, {"name": "recovery", "state": "end"}),
    (22, Kind.ERROR, {"message": "The lab broke [red]\nfor many reasons"}),
    (23, Kind.END, {"outcome": "error"}),
)


def _events() -> Iterator[Event]:
    for seq, (second, kind, data) in enumerate(_STORY):
        yield Event(seq=seq, at=_at(second), mono=second, kind=kind, data=data)


def _at(second: float) -> datetime:
    return _START + timedelta(seconds=second)


def _console(**how: Any) -> tuple[Console, io.StringIO]:
    file = io.StringIO()
    return Console(file=file, width=120, **how), file


def test_without_a_terminal_phases_and_long_waits_get_a_line_each() -> None:
    console, file = _console()
    with LineView(["os-disk-swap"], console) as view:
        for event in _events():
            view.take("os-disk-swap", event)
            view.refresh(event.at)
    assert file.getvalue().splitlines() == [
        "    0.0 s  os-disk-swap  begins",
        "    0.0 s  os-disk-swap  recovery",
        "   20.0 s  os-disk-swap  waiting for CoreDNS",
        "   21.5 s  os-disk-swap  recovery: done after 21.5 s",
        "   22.0 s  os-disk-swap  error: The lab broke [red]",
        "   23.0 s  os-disk-swap  error",
    ]


def test_a_rehearsal_is_told_by_its_own_clock_whatever_the_host_says() -> None:
    begins, *others = _events()
    story = [replace(begins, data={**begins.data, "fidelity": "rehearsal"}), *others]
    console, file = _console()
    with LineView(["os-disk-swap"], console) as view:
        for event in story:
            view.take("os-disk-swap", event)
            view.refresh(event.at + timedelta(days=700))
    assert "   20.0 s  os-disk-swap  waiting for CoreDNS" in file.getvalue().splitlines()
    progress = DrillProgress("os-disk-swap")
    for event in story[:4]:
        progress.take(event)
    console.print(progress_table({"os-disk-swap": progress}, _at(2) + timedelta(days=700)))
    assert file.getvalue().splitlines()[-1].split()[1:6] == ["2", "s", "recovery", "2", "s"]


def test_the_table_shows_phase_elapsed_and_what_is_waited_for_longest() -> None:
    progress = DrillProgress("os-disk-swap")
    for event in list(_events())[:4]:
        progress.take(event)
    console, file = _console()
    console.print(progress_table({"os-disk-swap": progress, "other": DrillProgress("other")}, _at(11)))
    row = next(line for line in file.getvalue().splitlines() if line.startswith("os-disk-swap"))
    assert "11 s" in row
    assert "recovery" in row
    assert "the API's first answer (10 s)" in row
    assert "starting" in file.getvalue()


def test_an_ended_drill_stands_still_and_shows_its_error() -> None:
    progress = DrillProgress("os-disk-swap")
    for event in _events():
        progress.take(event)
    assert progress.elapsed(_at(900)) == timedelta(seconds=23)
    assert (progress.phase, progress.waiting, progress.phases) == ("error", None, [])
    assert progress.error.startswith("The lab broke")


def test_the_moving_table_survives_a_whole_drill() -> None:
    console, file = _console(force_terminal=True)
    with TableView(["os-disk-swap"], console) as view:
        for event in _events():
            view.take("os-disk-swap", event)
            view.refresh(event.at)
    assert "os-disk-swap" in file.getvalue()


def test_a_line_that_is_not_whole_yet_is_read_when_it_is(tmp_path: Path) -> None:
    lines = [event.to_line() + "\n" for event in _events()]
    journal = tmp_path / "os-disk-swap/journal.jsonl"
    journal.parent.mkdir()
    follower = Follower(tmp_path)
    assert list(follower.new_events()) == []
    text = "".join(lines).encode()
    seen: list[Event] = []
    for end in range(0, len(text) + 1, 37):
        journal.write_bytes(text[:end])
        seen += [event for _, event in follower.new_events()]
    journal.write_bytes(text)
    seen += [event for _, event in follower.new_events()]
    assert seen == list(_events())


def test_a_damaged_line_does_not_stop_the_view(tmp_path: Path) -> None:
    journal = tmp_path / "x/journal.jsonl"
    journal.parent.mkdir()
    journal.write_text("nonsense\n" + next(_events()).to_line() + "\n")
    assert [event.kind for _, event in Follower(tmp_path).new_events()] == [Kind.DRILL]


def test_no_color_means_no_escape_codes(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    monkeypatch.setenv("FORCE_COLOR", "1")
    console = answers()
    with console.capture() as captured:
        say_outcomes([_outcome(tmp_path, "failed")], console)
    assert "\x1b[3" not in captured.get()
    assert "FAILED" in captured.get()


def test_a_verdict_tells_its_cause_and_its_promises(tmp_path: Path) -> None:
    console, file = _console()
    say_outcomes([_outcome(tmp_path, "failed")], console)
    said = file.getvalue()
    assert "the join hash changed" in said
    assert "control plane 18.2 s, workload not measured (target 300.0 s)" in said
    assert "RPO: 0.0 s (target 0.0 s)" in said


def test_the_pass_rate_counts_whole_rounds(tmp_path: Path) -> None:
    console, file = _console()
    passed, failed = _outcome(tmp_path, "passed"), _outcome(tmp_path, "failed")
    say_pass_rate([[passed, passed], [passed, failed], [passed, passed]], console)
    assert file.getvalue() == "Passed 2 of 3 (66 %).\n"


def _outcome(folder: Path, verdict: str) -> Outcome:
    report = {
        "rto": {"target_seconds": 300, "control_plane_seconds": 18.24, "workload_seconds": None},
        "rpo": {"target_seconds": 0, "measured_seconds": 0},
    }
    return Outcome(drill="os-disk-swap", folder=folder, verdict=verdict, cause="the join hash changed", report=report)
