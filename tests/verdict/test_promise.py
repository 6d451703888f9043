"""Times and losses are measured from the fault, and held against what was promised."""

from __future__ import annotations

from harness.facts import Moment
from harness.journal import Event, Kind
from harness.verdict import Outcome, judge
from tests.verdict.answers import MASTER
from tests.verdict.edits import edited, inserted, is_fact, without
from tests.verdict.findings import PASSED, finding
from tests.verdict.spoils import ledger_kept


def test_writes_acknowledged_after_the_fault_and_lost_have_no_excuse() -> None:
    lines = [
        {**line, "params": {**line["params"], "target_seconds": 60.0}} if line["check"] == "rpo" else line
        for line in PASSED.events[1].data["checks"]
    ]
    loose = edited(PASSED, lambda e: e.kind is Kind.PLAN, checks=lines)
    found = finding(ledger_kept(1, 2, 3, 4, 5, 6)(loose), "rpo")
    assert found.outcome is Outcome.BROKEN
    assert "'api' lost 1 write acknowledged after the fault, 7 to 7" in found.cause


def test_the_outage_of_the_deliberate_reboot_is_not_in_the_recovery_time() -> None:
    def at_reboot(event: Event) -> bool:
        return is_fact(event, "boot-id", MASTER, Moment.REBOOTED)

    history = inserted(PASSED, at_reboot, Kind.PROBE, probe="app-read", ok=False, last_ok=1047.0, detail="")
    assert judge(history).rto.workload_seconds == judge(PASSED).rto.workload_seconds


def test_an_outage_noticed_in_the_reboot_began_with_the_last_good_answer_before_it() -> None:
    def at_reboot(event: Event) -> bool:
        return is_fact(event, "boot-id", MASTER, Moment.REBOOTED)

    began = next(e.mono for e in PASSED.events if e.kind is Kind.PHASE and e.data["name"] == "reboot")
    history = inserted(PASSED, at_reboot, Kind.PROBE, probe="app-write", ok=False, last_ok=began - 0.05, detail="")
    history = without(
        history, lambda e: e.kind is Kind.PROBE and e.data["detail"] == "end" and e.data["probe"] == "app-write"
    )
    assert finding(history, "rto-workload").outcome is Outcome.HELD


def test_a_write_that_was_acknowledged_while_the_fault_was_under_way_is_no_recovery() -> None:
    def in_fault(event: Event) -> bool:
        return event.kind is Kind.FAULT and event.data["state"] == "end"

    history = inserted(PASSED, in_fault, Kind.LEDGER, stream="api", n=5)
    assert judge(history).rto.control_plane_seconds == judge(PASSED).rto.control_plane_seconds


def test_a_loss_within_the_target_is_held() -> None:
    def loosened(event: Event) -> bool:
        return event.kind is Kind.PLAN

    lines = [
        {**line, "params": {**line["params"], "target_seconds": 60.0}} if line["check"] == "rpo" else line
        for line in PASSED.events[1].data["checks"]
    ]
    history = ledger_kept(1, 2, 3, 4, 7)(edited(PASSED, loosened, checks=lines))
    assert finding(history, "rpo").outcome is Outcome.HELD
    assert "2 of 12 acknowledged writes lost" in finding(history, "rpo").saw
