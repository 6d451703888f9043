"""Times and losses are measured from the fault, and held against what was promised."""

from __future__ import annotations

from dataclasses import replace

import pytest

from harness.errors import SpecError
from harness.facts import Moment
from harness.journal import Event, History, Kind
from harness.verdict import Outcome, judge, planned
from tests.verdict.answers import MASTER
from tests.verdict.edits import edited, inserted, is_fact, planned_as, renumbered, without
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


FAULT = next(event.mono for event in PASSED.events if event.kind is Kind.FAULT)


def is_read(event: Event) -> bool:
    return event.kind is Kind.PROBE and event.data["probe"] == "app-read"


def test_who_was_answered_all_the_time_waited_for_nothing() -> None:
    calm = without(PASSED, lambda event: is_read(event) and event.mono > FAULT and event.data["detail"] != "end")
    alone = planned_as(calm, "rto-workload", probes=["app-read"])
    assert finding(alone, "rto-workload").saw == "the longest gap of 'app-read' was 0.0 s of 300.0 s"


def test_an_answer_of_the_very_moment_of_the_fault_was_not_given_before_it() -> None:
    then = [replace(one, mono=FAULT) if is_read(one) and one.mono < FAULT else one for one in PASSED.events]
    assert "did not run both before and after the fault" in finding(renumbered(then), "rto-workload").cause


def test_a_probe_that_has_no_line_since_the_fault_measured_nothing() -> None:
    silent = without(PASSED, lambda event: is_read(event) and event.mono > FAULT)
    then = inserted(
        silent, lambda event: event.kind is Kind.FAULT, Kind.PROBE, probe="app-read", ok=True, last_ok=FAULT
    )
    for history in (silent, then):
        assert "did not run both before and after the fault" in finding(history, "rto-workload").cause


def test_a_probe_that_got_no_good_answer_already_before_the_fault_measures_nothing() -> None:
    ill = edited(PASSED, lambda event: is_read(event) and event.mono < FAULT, ok=False)
    cause = finding(ill, "rto-workload").cause
    assert cause == "the probe 'app-read' got no good answer already before the fault"


def read_at(*lines: tuple[float, bool]) -> History:
    """The story whose application was read at these seconds after the fault, and answered well or not."""

    def is_later(event: Event) -> bool:
        return is_read(event) and event.mono > FAULT

    later = next(event for event in PASSED.events if is_later(event))
    data = {"probe": "app-read", "last_ok": None, "detail": ""}
    more = [replace(later, mono=FAULT + late, data={**data, "ok": good}) for late, good in lines]
    told = sorted([*without(PASSED, is_later).events, *more], key=lambda event: event.mono)
    return planned_as(renumbered(told), "rto-workload", probes=["app-read"])


def reads_shown(history: History) -> list[float]:
    """When those reads were, in seconds since the fault, that are the evidence."""
    events = [history.events[seq] for seq in finding(history, "rto-workload").evidence]
    return [round(event.mono - FAULT, 3) for event in events if is_read(event)]


def test_of_several_gaps_the_longest_counts_and_one_that_never_ends_is_longer_than_any() -> None:
    twice = read_at((1, False), (2, True), (3, False), (6, True), (7, False), (8, True))
    assert finding(twice, "rto-workload").saw == "the longest gap of 'app-read' was 3.0 s of 300.0 s"
    gone = read_at((1, False), (6, True), (7, False), (8, False))
    assert finding(gone, "rto-workload").cause == "'app-read' never got an answer again"


def test_what_shows_a_gap_is_the_first_read_since_the_fault_and_for_one_without_an_end_the_last() -> None:
    assert reads_shown(read_at((0, True), (1, False), (2, True), (3, True))) == [1]
    assert reads_shown(read_at((1, False), (2, False), (3, False))) == [1, 3]


def test_what_shows_that_nothing_was_lost_is_the_first_write_since_the_fault() -> None:
    def numbers(history: History) -> list[int]:
        events = [history.events[seq] for seq in finding(history, "rpo").evidence]
        return [one.data["n"] for one in events if one.kind is Kind.LEDGER and one.data["stream"] == "api"]

    def is_sixth(event: Event) -> bool:
        return event.kind is Kind.LEDGER and event.data["n"] == 6

    then = renumbered([replace(one, mono=FAULT) if is_sixth(one) else one for one in PASSED.events])
    assert numbers(PASSED) == numbers(then) == [7]
    assert numbers(ledger_kept(1, 2, 4, 6, 7)(PASSED)) == [3]


@pytest.mark.parametrize(
    ("streams", "said"), [([], "no ledger is named"), (["api", "tape"], "there is no ledger 'tape'")]
)
def test_a_loss_is_promised_of_ledgers_that_there_are(streams: list[str], said: str) -> None:
    with pytest.raises(SpecError, match=said):
        planned("rpo", target_seconds=0.0, streams=streams)
