"""What one more reboot may and may not change."""

from __future__ import annotations

from harness.journal import Event, History, Kind
from harness.verdict import Outcome
from tests.verdict.edits import edited, inserted
from tests.verdict.findings import PASSED, finding


def _is_end(event: Event) -> bool:
    return event.kind is Kind.PROBE and event.data["probe"] == "app-write" and event.data["detail"] == "end"


def _slow_at_the_end() -> History:
    return edited(PASSED, _is_end, ok=False)


def test_one_slow_answer_of_the_canary_in_the_last_moment_is_no_silence_after_a_good_one() -> None:
    came_back = inserted(_slow_at_the_end(), _is_end, Kind.PROBE, probe="app-write", ok=True, last_ok=1.0, detail="")
    assert finding(came_back, "after-reboot").outcome is Outcome.HELD
    end = next(event for event in came_back.events if _is_end(event))
    died = edited(came_back, _is_end, last_ok=end.mono - 11)
    assert "never answered 'app-write' again" in finding(died, "after-reboot").cause


def test_a_canary_that_gave_no_good_answer_since_the_reboot_never_answered_again() -> None:
    assert "never answered 'app-write' again" in finding(_slow_at_the_end(), "after-reboot").cause
