"""Backups that come by themselves: how late one may be, which one is the newest, and what its snapshot is of."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from harness.facts import Moment
from harness.journal import Event, Kind
from harness.verdict import Outcome
from tests.verdict.edits import answering, planned_as, renumbered
from tests.verdict.findings import PASSED, finding
from tests.verdict.spoils import ledger_kept
from tests.verdict.spoilt.scheduled import chosen, stored
from tests.verdict.telling import BEGAN
from tests.verdict.vault import listing, name_of

FAULT = next(event for event in PASSED.events if event.kind is Kind.FAULT)


@pytest.mark.parametrize(("aged", "outcome"), [(12, Outcome.HELD), (13, Outcome.BROKEN)])
def test_a_snapshot_may_be_two_intervals_and_two_seconds_old(aged: int, outcome: Outcome) -> None:
    told = answering(PASSED, "vault-content", Moment.FAULTED, listing(("03:00:00", True), aged=aged))
    assert finding(told, "snapshots-fresh").outcome is outcome


def test_each_snapshot_of_the_vault_has_to_be_fresh_not_only_the_last() -> None:
    both = listing(("02:59:45", True), aged=40) + listing(("03:00:15", True))
    cause = finding(answering(PASSED, "vault-content", Moment.FAULTED, both), "snapshots-fresh").cause
    assert f"silent for 40.0 s when '{name_of('02:59:45')}' was made" in cause
    assert name_of("03:00:15") not in cause
    fresh = listing(("02:59:45", True), aged=3) + listing(("03:00:15", True), aged=1)
    saw = finding(answering(PASSED, "vault-content", Moment.FAULTED, fresh), "snapshots-fresh").saw
    assert saw == "the oldest of 2 snapshots was 3.0 s old when it was sent"


@pytest.mark.parametrize(("bump", "outcome"), [(6, Outcome.HELD), (7, Outcome.BROKEN), (8, Outcome.BROKEN)])
def test_a_sidecar_has_to_have_a_snapshot_of_what_only_the_restored_etcd_has(bump: int, outcome: Outcome) -> None:
    assert finding(planned_as(PASSED, "sidecar-back", bumped_by=bump), "sidecar-back").outcome is outcome


@pytest.mark.parametrize(("every", "outcome"), [(10.0, Outcome.HELD), (9.99, Outcome.BROKEN)])
def test_a_run_that_is_half_an_interval_late_is_not_missed_yet(every: float, outcome: Outcome) -> None:
    assert finding(planned_as(PASSED, "backups-on-time", every_seconds=every), "backups-on-time").outcome is outcome


@pytest.mark.parametrize(("every", "runs"), [(15.0, 2), (10.0, 3), (30.0, 0)])
def test_as_many_runs_are_missed_as_were_due(every: float, runs: int) -> None:
    gap = stored(("02:59:30", True), ("03:00:15", True))(planned_as(PASSED, "backups-on-time", every_seconds=every))
    found = finding(gap, "backups-on-time")
    if not runs:
        assert found.outcome is Outcome.HELD
    else:
        assert f"{runs} runs missed after 02:59:30: no whole backup for 45.0 s" in found.cause


def test_a_whole_backup_that_is_older_than_another_is_not_the_newest_whatever_its_place() -> None:
    swapped = stored(("03:00:15", True), ("03:00:00", True), ("03:00:19", False))(PASSED)
    assert finding(swapped, "newest-whole-chosen").outcome is Outcome.HELD
    assert finding(chosen(name_of("03:00:00"))(swapped), "newest-whole-chosen").outcome is Outcome.BROKEN


def test_an_upload_that_was_cut_before_the_newest_arrived_is_none_that_the_fault_cut() -> None:
    early = stored(("03:00:00", False), ("03:00:15", True))(PASSED)
    assert "no upload was under way" in finding(early, "newest-whole-chosen").cause


def test_an_upload_that_arrived_with_the_newest_is_none_that_the_fault_cut() -> None:
    together = stored(("03:00:15", False), ("03:00:15", True))(PASSED)
    assert "no upload was under way" in finding(together, "newest-whole-chosen").cause


def took(time: str, seconds: float) -> str:
    """A whole backup of a run that took so long."""
    arrived = datetime.fromisoformat(f"2026-03-01T{time}+00:00").timestamp()
    return listing((time, True)).replace(f"{arrived + 1:.4f}", f"{arrived + seconds:.4f}")


@pytest.mark.parametrize(("later", "outcome"), [(0.01, Outcome.HELD), (-0.01, Outcome.BROKEN)])
def test_the_run_that_the_fault_cut_may_begin_late_and_take_as_long_as_the_longest(
    later: float, outcome: Outcome
) -> None:
    told = answering(PASSED, "vault-content", Moment.FAULTED, took("03:00:00", 5) + took("03:00:01", 1))
    until_fault = FAULT.mono - 1001
    every = (until_fault - 5 - 2) / 1.5 + later
    assert finding(planned_as(told, "backups-on-time", every_seconds=every), "backups-on-time").outcome is outcome


@pytest.mark.parametrize(("every", "allowed"), [(20.0, 27.0), (4.0, 15.0), (2.0, 11.0), (1.0, 9.0)])
def test_as_much_may_be_lost_as_the_schedule_leaves_open_and_one_missed_run(every: float, allowed: float) -> None:
    """The newest whole backup began more than four seconds before the fault; the longest took three."""

    def is_first(event: Event) -> bool:
        return event.kind is Kind.LEDGER and event.data == {"stream": "api", "n": 1}

    told = answering(PASSED, "vault-content", Moment.FAULTED, took("03:00:00", 3) + took("03:00:15", 1))
    planned = planned_as(told, "loss-within-schedule", every_seconds=every, lag_seconds=2.0)
    without_first = ledger_kept(*range(2, 8))(planned)
    for lost, outcome in ((allowed, Outcome.HELD), (allowed + 0.01, Outcome.BROKEN)):
        events = [replace(one, mono=FAULT.mono - lost) if is_first(one) else one for one in without_first.events]
        assert finding(renumbered(events), "loss-within-schedule").outcome is outcome


def test_a_vault_keeps_as_many_as_it_was_told_no_fewer_and_no_more() -> None:
    for keep, said in ((1, "2 whole backups are there, and 1 are to be kept"), (3, "and 3 are to be kept")):
        assert said in finding(planned_as(PASSED, "retention-kept", keep=keep), "retention-kept").cause
    one = stored(("03:00:15", True))(PASSED)
    assert "1 whole backup are there" in finding(one, "retention-kept").cause


def test_a_backup_has_come_back_only_if_it_is_new_and_began_after_the_recovery() -> None:
    known = stored(("03:00:15", True), moment=Moment.REBOOTED)
    assert finding(known(PASSED), "schedule-back").outcome is Outcome.BROKEN
    early = stored(("03:00:15", True), ("03:00:20", True), moment=Moment.REBOOTED)
    assert finding(early(PASSED), "schedule-back").cause == "no whole backup has come since the recovery"
    late = stored(("03:01:00", True), ("03:01:15", True), moment=Moment.REBOOTED)
    assert finding(late(PASSED), "schedule-back").saw.startswith(f"'{name_of('03:01:15')}', begun ")


def test_a_backup_of_a_clock_that_is_ahead_was_there_before_and_has_not_come_back() -> None:
    ahead = listing(("03:00:15", True), ("03:05:00", True), ("03:05:15", False))
    history = answering(PASSED, "vault-content", Moment.FAULTED, ahead)
    still = stored(("03:00:15", True), ("03:05:00", True), moment=Moment.REBOOTED)
    assert finding(still(history), "schedule-back").cause == "no whole backup has come since the recovery"


@pytest.mark.parametrize(("began", "outcome"), [("03:01:00", Outcome.HELD), ("03:00:59", Outcome.BROKEN)])
def test_a_backup_that_began_as_the_recovery_ended_has_come_back(began: str, outcome: Outcome) -> None:
    end = BEGAN + timedelta(minutes=1)
    events = [
        replace(one, at=end) if one.kind is Kind.RECOVERY and one.data["state"] == "end" else one
        for one in PASSED.events
    ]
    told = stored((began, True), moment=Moment.REBOOTED)(renumbered(events))
    assert finding(told, "schedule-back").outcome is outcome
