"""Whoever led is killed once it is known to lead, and not before."""

from __future__ import annotations

from dataclasses import replace

from harness.facts import Moment
from harness.journal import Event, History, Kind
from harness.verdict import Outcome
from tests.verdict.edits import edited, inserted, is_fact, planned_as, renumbered
from tests.verdict.findings import PASSED, finding


def _is_kill(event: Event) -> bool:
    return event.kind is Kind.COMMAND and event.data["argv"][0] == "pkill"


def test_leaders_that_were_killed_for_a_checkpoint_are_not_those_of_the_drill() -> None:
    kill = next(event for event in PASSED.events if _is_kill(event))
    early = inserted(PASSED, lambda event: event.seq == 1, Kind.COMMAND, **kill.data)
    assert finding(early, "taken-over").outcome is Outcome.HELD
    assert finding(early, "taken-over").saw == finding(PASSED, "taken-over").saw


def test_a_leader_is_gone_from_when_its_kill_began_which_is_written_down_when_it_ended() -> None:
    kill = next(event for event in PASSED.events if _is_kill(event))
    follower = next(event for event in PASSED.events if is_fact(event, "etcd-leadership", "cluster", Moment.DEPOSED))
    took = follower.mono - kill.mono + 0.5
    assert finding(edited(PASSED, _is_kill, seconds=0.5), "taken-over").saw.endswith(f", in {took:.1f} s")


def test_a_write_of_the_very_moment_of_the_fault_was_not_taken_before_it() -> None:
    fault = next(event for event in PASSED.events if event.kind is Kind.FAULT)

    def is_early(event: Event) -> bool:
        return event.kind is Kind.PROBE and event.data["probe"] == "api-write" and event.mono < fault.mono

    late = renumbered([replace(one, mono=fault.mono) if is_early(one) else one for one in PASSED.events])
    assert "no API write was taken before the fault" in finding(late, "api-served").cause


def test_a_kill_of_before_alone_is_none() -> None:
    def is_led(event: Event) -> bool:
        return is_fact(event, "etcd-leadership", "cluster", Moment.LED)

    kill = next(event for event in PASSED.events if _is_kill(event))
    early = inserted(edited(PASSED, _is_kill, status=1), is_led, Kind.COMMAND, **kill.data)
    assert "nobody killed" in finding(early, "taken-over").cause


FAULT = next(event.mono for event in PASSED.events if event.kind is Kind.FAULT)


def answered(*lines: tuple[float, bool]) -> History:
    """The story whose API was asked at these seconds after the fault, and answered well or not."""

    def is_later(event: Event) -> bool:
        return event.kind is Kind.PROBE and event.data["probe"] == "api-write" and event.mono > FAULT

    asked = next(event for event in PASSED.events if is_later(event))
    data = {"probe": "api-write", "last_ok": None, "detail": ""}
    more = [replace(asked, mono=FAULT + late, data={**data, "ok": good}) for late, good in lines]
    others = [event for event in PASSED.events if not is_later(event)]
    return renumbered(sorted([*others, *more], key=lambda event: event.mono))


def test_the_longest_gap_of_the_api_counts_and_is_the_evidence() -> None:
    tolerated = planned_as(answered((1, False), (4, True), (5, False), (6, True)), "api-served", tolerated_seconds=2.0)
    found = finding(tolerated, "api-served")
    assert found.cause == "'api-write' got no answer for 3.0 s; 2.0 s are allowed"
    seen = [event.mono - FAULT for event in tolerated.events if event.seq in found.evidence]
    assert seen == [0.0, 1.0]


def test_an_api_without_a_gap_took_writes_all_the_time() -> None:
    calm = planned_as(answered((1, True)), "fault-bit", api_refused=False)
    assert finding(calm, "api-served").saw == "0 gaps, the longest of 0.0 s"


def test_an_api_that_came_back_once_and_not_again_is_gone() -> None:
    found = finding(answered((1, False), (1.5, True), (2, False)), "api-served")
    assert found.cause == "'api-write' never got an answer again"
