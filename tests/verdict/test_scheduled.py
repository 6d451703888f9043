"""Backups that come by themselves: how late one may be, which one is the newest, and what its snapshot is of."""

from __future__ import annotations

import pytest

from harness.facts import Moment
from harness.verdict import Outcome
from tests.verdict.edits import answering, planned_as
from tests.verdict.findings import PASSED, finding
from tests.verdict.spoilt.scheduled import chosen, stored
from tests.verdict.vault import listing, name_of


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
