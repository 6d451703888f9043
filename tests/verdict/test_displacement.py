"""Workloads that move, wait or are lost are counted one by one, and not on a machine that nobody meant."""

from __future__ import annotations

from dataclasses import replace

import pytest

from harness.facts import Moment
from harness.journal import Event, History, Kind
from harness.verdict import Outcome
from tests.verdict.answers import MASTER
from tests.verdict.edits import edited, inserted, renumbered, without
from tests.verdict.findings import PASSED, finding
from tests.verdict.moving import HOME, mover
from tests.verdict.spoilt.displacement import pods_then, refused, running, silent_for


def is_pair(event: Event) -> bool:
    return event.kind is Kind.PROBE and event.data["probe"] == "pair-read"


def silent_twice(history: History) -> History:
    """A long gap, and after it a short one."""
    once = silent_for(history)
    end = next(one for one in once.events if one.kind is Kind.RECOVERY and one.data["state"] == "end")
    probe = {"probe": "pair-read", "detail": "timed out"}
    late = next(one for one in once.events if one.seq > end.seq + 1 and one.mono > end.mono + 1)
    twice = inserted(once, lambda one: one.seq == late.seq, Kind.PROBE, ok=False, last_ok=late.mono - 0.5, **probe)
    return inserted(twice, lambda one: one.seq == late.seq + 1, Kind.PROBE, ok=True, last_ok=late.mono, **probe)


@pytest.mark.parametrize(
    ("check", "said"),
    [
        ("requests-kept", "'pair-read' got no answer 2 times, for 2.0 s at most"),
        ("requests-lost", "'pair-read' got no answer in 2 gaps, the longest of 2.0 s"),
    ],
)
def test_of_several_gaps_the_longest_is_told(check: str, said: str) -> None:
    assert finding(silent_twice(PASSED), check).cause == said


def test_who_was_asked_to_the_end_but_not_answered_before_the_recovery_ended_measured_nothing() -> None:
    recovery = next(one for one in PASSED.events if one.kind is Kind.RECOVERY and one.data["state"] == "end")
    early = edited(PASSED, lambda one: is_pair(one) and one.mono > recovery.mono, last_ok=recovery.mono - 1)
    assert "was asked no more before the recovery ended" in finding(early, "requests-kept").cause
    just = edited(PASSED, lambda one: is_pair(one) and one.mono > recovery.mono, last_ok=recovery.mono)
    assert finding(just, "requests-kept").outcome is Outcome.HELD
    untold = edited(PASSED, lambda one: is_pair(one) and one.mono > recovery.mono, last_ok=None)
    assert finding(untold, "requests-kept").outcome is Outcome.ERRORED


def test_a_good_answer_has_to_come_before_the_fault_and_be_good() -> None:
    fault = next(one for one in PASSED.events if one.kind is Kind.FAULT)
    bad = edited(PASSED, lambda one: is_pair(one) and one.mono < fault.mono, ok=False)
    late = without(PASSED, lambda one: is_pair(one) and one.mono < fault.mono)
    then = renumbered(
        [replace(one, mono=fault.mono) if is_pair(one) and one.mono < fault.mono else one for one in PASSED.events]
    )
    for history in (bad, late, then):
        assert "got no good answer before the fault" in finding(history, "requests-kept").cause


def test_without_a_recovery_that_ended_nobody_can_say_that_requests_were_kept() -> None:
    calm = without(PASSED, lambda one: one.kind is Kind.RECOVERY)
    assert finding(calm, "requests-kept").outcome is Outcome.ERRORED


def test_a_pod_that_ends_or_is_not_ready_or_stays_is_not_one_that_moved() -> None:
    for odd in (mover("pair-4", MASTER, ending=True), mover("pair-4", MASTER, ready=False)):
        assert finding(pods_then(Moment.ENDURED, odd)(PASSED), "moved-once").outcome is Outcome.HELD
    stays = finding(pods_then(Moment.ENDURED, mover("pair-4", HOME))(PASSED), "moved-once").cause
    assert stays == "moving/pair-4 did not leave 'master2'"
    ends = pods_then(Moment.ENDURED, mover("pair-4", HOME, ending=True))(PASSED)
    assert finding(ends, "moved-once").outcome is Outcome.HELD


def test_what_waits_has_to_have_been_on_the_machine_each_of_it() -> None:
    spread = pods_then(Moment.BEFORE, mover("rooted-1", MASTER))(PASSED)
    assert "'rooted' did not run on 'master2'" in finding(spread, "waits-for-machine").cause


def test_pods_of_other_namespaces_and_without_labels_are_not_meant() -> None:
    stranger, bare = mover("rooted-0", MASTER, uid="u-another"), mover("rooted-0", MASTER, uid="u-another")
    stranger["metadata"]["namespace"] = "elsewhere"
    del bare["metadata"]["labels"]
    for odd in (stranger, bare):
        assert finding(pods_then(Moment.ENDURED, odd)(PASSED), "waits-for-machine").outcome is Outcome.HELD


def test_a_workload_that_runs_less_often_than_before_is_told_as_well() -> None:
    fewer = running("pair-2", "lone-2")(PASSED)
    assert "'pair' runs 1 times, and 2 are wanted" in finding(fewer, "none-doubled").cause


def test_a_pod_that_is_not_ready_or_ends_or_is_a_jobs_need_not_be_kept_through_a_reboot() -> None:
    job = mover("errand-1", HOME)
    job["metadata"]["ownerReferences"] = [{"kind": "Job", "name": "errand", "uid": "u"}]
    for odd in (job, mover("lone-9", HOME, ready=False), mover("lone-9", HOME, ending=True)):
        assert finding(pods_then(Moment.RECOVERED, odd)(PASSED), "serves-again").outcome is Outcome.HELD
    owned = mover("lone-9", HOME)
    owned["metadata"]["ownerReferences"] = [{"kind": "ReplicaSet", "name": "lone", "uid": "u"}]
    assert "moving/lone-9 left it" in finding(pods_then(Moment.RECOVERED, owned)(PASSED), "serves-again").cause


def test_a_pod_that_ends_after_the_reboot_has_left() -> None:
    ending = mover("rooted-0", HOME, uid="u-rooted-anew", ending=True)
    left = pods_then(Moment.REBOOTED, ending, less=("rooted-0",))(PASSED)
    assert "moving/rooted-0 left it" in finding(left, "serves-again").cause


def test_what_kubectl_says_of_a_drain_is_cut_where_it_gets_long() -> None:
    words = "unable to drain: --ignore-daemonsets --delete-emptydir-data stray"
    long = finding(refused(words + " x" * 200)(PASSED), "drain-refused")
    assert (long.outcome, len(long.saw)) == (Outcome.HELD, 300)


def test_bytes_of_another_pod_are_not_those_that_are_lost() -> None:
    others = "/var/lib/kubelet/pods/u-other/volumes/kubernetes.io~empty-dir/data/ticks\n"

    def bytes_at(moment: str, told: str, history: History) -> History:
        return edited(
            history,
            lambda one: one.kind is Kind.FACT and one.data["fact"] == "pod-bytes" and one.data["moment"] == moment,
            stdout=told,
        )

    assert "had no bytes on 'master2'" in finding(bytes_at(Moment.BEFORE, others, PASSED), "gone-for-good").cause
    assert finding(bytes_at(Moment.RECOVERED, others, PASSED), "gone-for-good").outcome is Outcome.HELD
    nobody = pods_then(Moment.BEFORE, less=("stray",))(PASSED)
    assert finding(nobody, "gone-for-good").outcome is Outcome.ERRORED
