from __future__ import annotations

import contextlib
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from harness.errors import JournalError, LabError
from harness.journal import Kind
from harness.journal.writer import Journal
from harness.ownership import Kind as Owned
from harness.ownership import open_lease
from harness.providers.rehearsal import RehearsalProvider
from harness.report import write_reports
from harness.spec import LabSpec
from harness.verdict import judge
from tests.drill.rehearsing import failing_at, rehearse, swap

BREAKS = LabError("The power supply of 'master1' burst")


@pytest.mark.parametrize(
    "call",
    ["provider.lab", "machine.power_on:master1", "machine.cut:master1", "machine.choose:master1"],
)
def test_a_lab_that_breaks_is_errored_and_its_first_cause_is_kept(call: str, tmp_path: Path) -> None:
    provider = RehearsalProvider(before_call=failing_at(call, BREAKS))
    history = rehearse(swap, tmp_path, provider=provider, raises=LabError)
    verdict = judge(history)
    assert verdict.word == "errored"
    assert "The power supply of 'master1' burst" in verdict.cause
    assert len(list(history.of(Kind.ERROR))) == 1
    assert history.events[-1].kind is Kind.END
    assert history.events[-1].data["outcome"] == "error"


@pytest.mark.parametrize("call", ["channel.put:spare1", "channel.run:master1:tar"])
def test_a_lab_that_breaks_in_the_recovery_is_not_blamed_on_the_restore(call: str, tmp_path: Path) -> None:
    provider = RehearsalProvider(before_call=failing_at(call, BREAKS))
    history = rehearse(swap, tmp_path, provider=provider, raises=LabError)
    assert judge(history).word == "errored"


def test_waiting_for_room_on_the_host_is_told_as_such_and_no_part_of_making_the_lab(tmp_path: Path) -> None:
    provider = RehearsalProvider()

    @contextlib.contextmanager
    def crowded(_: LabSpec) -> Iterator[None]:
        provider.clock.pause(180)
        yield

    provider.room = crowded  # type: ignore[method-assign]
    history = rehearse(swap, tmp_path, provider=provider)
    begun, done = (one for one in history.of(Kind.WAIT) if one.data["on"] == "room for the lab on the host")
    assert timedelta(minutes=3) <= done.at - begun.at < timedelta(minutes=4)
    assert next(history.of(Kind.PHASE)).at >= done.at
    assert judge(history).word == "passed"


def test_an_interruption_is_told_and_closes_the_journal(tmp_path: Path) -> None:
    provider = RehearsalProvider(before_call=failing_at("machine.cut:master1", KeyboardInterrupt()))
    history = rehearse(swap, tmp_path, provider=provider, raises=KeyboardInterrupt)
    assert history.events[-1].data["outcome"] == "interrupted"
    assert judge(history).word == "errored"
    assert "interrupted" in judge(history).cause


def test_an_interruption_of_the_teardown_is_no_pass_though_the_story_was_told_to_its_end(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    @contextlib.contextmanager
    def interrupted(*_: object) -> Iterator[None]:
        yield
        raise KeyboardInterrupt

    monkeypatch.setattr("harness.drill.session.measuring", interrupted)
    history = rehearse(swap, tmp_path, raises=KeyboardInterrupt)
    assert history.events[-1].data["outcome"] == "interrupted"
    verdict = judge(history)
    assert (verdict.word, verdict.cause) == ("errored", "the run was interrupted")


@pytest.mark.parametrize("error", [LabError("A disk of the lab cannot be removed"), pytest.fail.Exception("too late")])
def test_a_teardown_that_fails_is_no_pass_though_no_line_can_tell_of_it(
    error: BaseException, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    @contextlib.contextmanager
    def failing(*_: object) -> Iterator[None]:
        yield
        raise error

    written = Journal.write

    def without_errors(journal: Journal, kind: Kind, **data: Any) -> Any:
        if kind is Kind.ERROR:
            raise JournalError("No space left on device")
        return written(journal, kind, **data)

    monkeypatch.setattr("harness.drill.session.measuring", failing)
    monkeypatch.setattr(Journal, "write", without_errors)
    history = rehearse(swap, tmp_path, raises=type(error))
    assert not list(history.of(Kind.ERROR))
    assert history.events[-1].data["outcome"] == "error"
    assert judge(history).word == "errored"


def test_what_dead_runs_had_left_before_the_drill_is_part_of_its_verdict(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("KUBEDRILL_CACHE", str(tmp_path / "cache"))
    monkeypatch.setattr("harness.ownership.lease.register_leases", str)
    with open_lease("20250101-000000-dead") as lease:
        lease.claim(Owned.NETNS, lease.name)
    (clean,) = [one for one in judge(rehearse(swap, tmp_path)).findings if one.check == "host-clean"]
    assert clean.outcome == "held"
    assert f"of dead runs there was netns '{lease.name}' before it" in clean.saw


def test_what_a_witness_cannot_do_ends_the_drill_with_that_error(tmp_path: Path) -> None:
    provider = RehearsalProvider(before_call=failing_at("network.http", BREAKS, time=50))
    history = rehearse(swap, tmp_path, provider=provider, raises=LabError)
    assert [event.data["message"] for event in history.of(Kind.ERROR)] == [str(BREAKS)]


def test_every_phase_and_wait_is_closed_also_when_the_lab_breaks(tmp_path: Path) -> None:
    provider = RehearsalProvider(before_call=failing_at("machine.cut:master1", BREAKS))
    history = rehearse(swap, tmp_path, provider=provider, raises=LabError)
    for kind, key in ((Kind.PHASE, "name"), (Kind.WAIT, "id")):
        begun = sorted(str(event.data[key]) for event in history.of(kind, state="start"))
        assert begun == sorted(str(event.data[key]) for event in history.of(kind, state="end"))


def test_reports_are_written_also_for_a_drill_that_broke(tmp_path: Path) -> None:
    provider = RehearsalProvider(before_call=failing_at("machine.cut:master1", BREAKS))
    rehearse(swap, tmp_path, provider=provider, raises=LabError)
    assert write_reports(tmp_path / "swap").word == "errored"
    assert {"report.json", "junit.xml", "report.html"} <= {path.name for path in (tmp_path / "swap").iterdir()}
