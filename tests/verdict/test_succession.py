"""Whoever led is killed once it is known to lead, and not before."""

from __future__ import annotations

from harness.facts import Moment
from harness.journal import Event, Kind
from harness.verdict import Outcome
from tests.verdict.edits import edited, inserted, is_fact
from tests.verdict.findings import PASSED, finding


def _is_kill(event: Event) -> bool:
    return event.kind is Kind.COMMAND and event.data["argv"][0] == "pkill"


def test_leaders_that_were_killed_for_a_checkpoint_are_not_those_of_the_drill() -> None:
    kill = next(event for event in PASSED.events if _is_kill(event))
    early = inserted(PASSED, lambda event: event.seq == 1, Kind.COMMAND, **kill.data)
    assert finding(early, "taken-over").outcome is Outcome.HELD
    assert finding(early, "taken-over").saw == finding(PASSED, "taken-over").saw


def test_a_kill_of_before_alone_is_none() -> None:
    def is_led(event: Event) -> bool:
        return is_fact(event, "etcd-leadership", "cluster", Moment.LED)

    kill = next(event for event in PASSED.events if _is_kill(event))
    early = inserted(edited(PASSED, _is_kill, status=1), is_led, Kind.COMMAND, **kill.data)
    assert "nobody killed" in finding(early, "taken-over").cause
