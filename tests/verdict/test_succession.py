"""Whoever led is killed once it is known to lead, and not before."""

from __future__ import annotations

from dataclasses import replace

from harness.facts import Moment
from harness.journal import Event, Kind
from harness.verdict import Outcome
from tests.verdict.edits import edited, inserted, is_fact, renumbered
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
