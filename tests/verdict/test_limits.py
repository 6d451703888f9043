"""What is promised or tolerated is kept up to its very limit, and broken beyond it."""

from __future__ import annotations

from dataclasses import replace

import pytest

from harness.facts import Moment
from harness.journal import Event, History, Kind
from harness.verdict import Outcome, judge
from tests.verdict.edits import answering, edited, inserted, planned_as, renumbered
from tests.verdict.findings import PASSED, finding
from tests.verdict.limits import UP_TO, outcomes
from tests.verdict.spoils import ledger_kept

#: What the checks of this drill measured, to the last digit.
FAULT = next(event.mono for event in PASSED.events if event.kind is Kind.FAULT)
WRITTEN = next(e.mono for e in PASSED.events if e.kind is Kind.LEDGER and e.data == {"stream": "api", "n": 7})
ACKNOWLEDGED = [e.mono for e in PASSED.events if e.kind is Kind.LEDGER and e.data["stream"] == "api"]


def test_the_control_plane_may_take_as_long_as_promised() -> None:
    assert outcomes("rto-control-plane", "target_seconds", WRITTEN - FAULT) == UP_TO


def test_the_workload_may_be_silent_for_as_long_as_promised() -> None:
    longest = max(_silence("app-read"), _silence("app-write"))
    assert outcomes("rto-workload", "target_seconds", longest) == UP_TO


def _silence(probe: str) -> float:
    found = [e for e in PASSED.events if e.kind is Kind.PROBE and e.data["probe"] == probe]
    back = next(e.mono for e in found if e.data["ok"] and e.mono > FAULT)
    return back - FAULT


def test_as_much_may_be_lost_as_promised_and_nothing_where_nothing_may() -> None:
    lost = ledger_kept(1, 2, 3, 4, 7)(PASSED)
    assert outcomes("rpo", "target_seconds", FAULT - ACKNOWLEDGED[4], lost) == UP_TO
    at_the_fault = renumbered(
        [replace(e, mono=FAULT) if e.data == {"stream": "api", "n": 6} else e for e in PASSED.events]
    )
    gone = ledger_kept(1, 2, 3, 4, 5, 7)(at_the_fault)
    assert finding(planned_as(gone, "rpo", target_seconds=0.0), "rpo").outcome is Outcome.BROKEN
    assert finding(planned_as(gone, "rpo", target_seconds=0.001), "rpo").outcome is Outcome.HELD


def test_where_one_ledger_is_promised_the_other_may_lose_what_it_will() -> None:
    lost = answering(PASSED, "volume-ledger", Moment.RECOVERED, [1, 2])
    assert finding(planned_as(lost, "rpo", streams=["api"]), "rpo").outcome is Outcome.HELD
    assert judge(planned_as(lost, "rpo", streams=["api"])).rpo.lost == {"api": 0}
    assert judge(lost).rpo.lost == {"api": 0, "volume": 4}
    assert judge(edited(lost, lambda e: e.kind is Kind.PLAN, checks="none")).rpo.lost == {"api": 0, "volume": 4}


def test_the_same_number_in_both_ledgers_is_two_writes() -> None:
    assert finding(PASSED, "rpo").saw == "0 of 12 acknowledged writes lost"
    both = answering(ledger_kept(1, 2, 3, 4, 5, 7)(PASSED), "volume-ledger", Moment.RECOVERED, [1, 2, 3])
    cause = finding(both, "rpo").cause
    assert "'api' lost 1 acknowledged write of the last" in cause
    assert "'volume' lost 3 acknowledged writes of the last" in cause


def sized(size: int, moment: str, *more: int) -> History:
    told = [
        {"Endpoint": f"https://{n}", "Status": {"header": {"revision": 1}, "dbSize": one, "leader": 7}}
        for n, one in enumerate((size, *more))
    ]
    return answering(PASSED, "etcd-status", moment, told)


@pytest.mark.parametrize(("size", "outcome"), [(32768, Outcome.HELD), (32769, Outcome.BROKEN)])
def test_etcds_file_may_have_half_of_its_quota_afterwards(size: int, outcome: Outcome) -> None:
    assert finding(sized(size, Moment.RECOVERED), "space-regained").outcome is outcome


@pytest.mark.parametrize(("size", "outcome"), [(36864, Outcome.HELD), (36863, Outcome.ERRORED)])
def test_etcds_file_was_full_from_nine_tenths_of_its_quota_on(size: int, outcome: Outcome) -> None:
    smaller = planned_as(sized(size, Moment.FAULTED), "space-regained", quota_bytes=40960, share=1.0)
    assert finding(smaller, "space-regained").outcome is outcome


def test_of_several_members_the_one_with_the_largest_file_counts() -> None:
    assert finding(sized(100, Moment.RECOVERED, 40000), "space-regained").outcome is Outcome.BROKEN
    assert finding(sized(40000, Moment.RECOVERED, 100), "space-regained").outcome is Outcome.BROKEN


def test_a_gap_that_ends_with_the_recovery_is_tolerated_up_to_its_limit() -> None:
    back = next(e.mono for e in PASSED.events if e.kind is Kind.RECOVERY and e.data["state"] == "start")
    longest = back - FAULT
    assert outcomes("served-throughout", "tolerated_seconds", longest) == UP_TO


def test_a_leader_may_be_found_as_late_as_tolerated() -> None:
    killed = next(e for e in PASSED.events if e.kind is Kind.COMMAND and e.data["argv"][0] == "pkill")
    led = next(e for e in PASSED.events if e.data.get("fact") == "etcd-leadership" and e.data["moment"] == "deposed")
    assert outcomes("taken-over", "within_seconds", led.mono - killed.mono) == UP_TO


def test_a_first_write_is_looked_for_even_where_an_earlier_one_was_lost() -> None:
    def ends(event: Event) -> bool:
        return event.kind is Kind.RECOVERY and event.data["state"] == "end"

    later = inserted(PASSED, ends, Kind.LEDGER, stream="api", n=8)
    found = finding(ledger_kept(1, 2, 3, 4, 5, 6, 8)(later), "rto-control-plane")
    end = next(e.mono for e in PASSED.events if ends(e))
    assert found.saw == f"the control plane took {end - FAULT:.1f} s of 300.0 s"


def test_who_was_away_may_be_back_as_late_as_promised() -> None:
    start, end = (
        next(e.mono for e in PASSED.events if e.kind is Kind.RECOVERY and e.data["state"] == state)
        for state in ("start", "end")
    )
    assert outcomes("rto-rejoined", "target_seconds", end - start) == UP_TO
    assert outcomes("rto-redundancy", "target_seconds", end - FAULT) == UP_TO


def test_the_api_may_be_silent_for_as_long_as_tolerated() -> None:
    assert outcomes("api-served", "tolerated_seconds", _silence("api-write")) == UP_TO
