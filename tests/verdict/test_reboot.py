"""What one more reboot may and may not change."""

from __future__ import annotations

from harness.facts import Moment
from harness.journal import Event, History, Kind
from harness.verdict import Outcome
from tests.verdict.answers import MASTER
from tests.verdict.edits import answering, edited, inserted
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


def test_an_etcd_of_its_own_is_booted_as_well_and_has_its_disk_where_its_process_says() -> None:
    lines = [
        {**line, "params": {**line["params"], "etcd": [MASTER]}} if line["check"] == "after-reboot" else line
        for line in PASSED.events[1].data["checks"]
    ]
    beside = edited(PASSED, lambda e: e.kind is Kind.PLAN, checks=lines)
    assert finding(beside, "after-reboot").outcome is Outcome.HELD
    moved = answering(beside, "etcd-process", Moment.REBOOTED, "etcd     etcd --data-dir=/var/lib/etcd-from-backup\n")
    assert "in /var/lib/etcd-from-backup at 'rebooted': on the OS disk" in finding(moved, "after-reboot").cause
    assert finding(answering(PASSED, "etcd-process", Moment.REBOOTED, ""), "after-reboot").outcome is Outcome.HELD


def test_a_canary_that_gave_no_good_answer_since_the_reboot_never_answered_again() -> None:
    assert "never answered 'app-write' again" in finding(_slow_at_the_end(), "after-reboot").cause
