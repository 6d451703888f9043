"""What is measured rather than judged, from lines that stand for themselves."""

from __future__ import annotations

from itertools import pairwise

import pytest

from harness.facts import WITNESS, Moment, Output
from harness.facts.pki import CA_CERT
from harness.journal import History, Kind
from harness.verdict import Outcome, Word, judge, planned
from tests.verdict import answers
from tests.verdict.answers import MASTER
from tests.verdict.edits import without
from tests.verdict.findings import PASSED
from tests.verdict.spoils import ledger_kept
from tests.verdict.test_measure import Line, fault, told


def read(mono: float, *, ok: bool, probe: str = "app-read") -> Line:
    return mono, Kind.PROBE, {"probe": probe, "ok": ok, "last_ok": None}


def workload(*lines: Line, writes: tuple[float, ...] = (1, 9)) -> float | None:
    """How long the application is said to have been away, whose writes were always taken."""
    good = [read(mono, ok=True, probe="app-write") for mono in writes]
    every = sorted([*fault(2, 3), *lines, *good, (10.0, Kind.END, {})], key=lambda line: line[0])
    return judge(told(*every)).rto.workload_seconds


def test_an_application_that_never_failed_was_away_for_no_time_and_a_short_gap_is_its_own() -> None:
    assert workload(read(1, ok=True), read(4, ok=True)) == 0
    assert workload(read(1, ok=True), read(4, ok=False), read(4.25, ok=True)) == 0.25


def test_the_longest_gap_of_either_probe_is_told_to_the_millisecond() -> None:
    gaps = (read(4, ok=False), read(4.25, ok=True), read(5, ok=False), read(6.50044, ok=True))
    assert workload(*gaps) == workload(*reversed(gaps)) == 1.5
    more = (read(4, ok=False, probe="app-write"), read(7, ok=True, probe="app-write"))
    assert workload(*gaps, *more) == 3


@pytest.mark.parametrize(
    "lines",
    [
        [],
        [read(1, ok=True)],
        [read(1, ok=True), read(2, ok=True)],
        [read(1, ok=True), read(4, ok=False)],
        [read(1, ok=True), read(4, ok=False), read(5, ok=True), read(6, ok=False)],
    ],
)
def test_where_a_probe_has_no_line_since_the_fault_or_never_came_back_nothing_was_measured(lines: list[Line]) -> None:
    assert workload(*lines) is None
    assert workload(read(1, ok=True), read(2.5, ok=True)) == 0


def test_both_probes_have_to_have_a_line_since_the_fault() -> None:
    assert workload(read(4, ok=True)) == 0
    assert workload(read(4, ok=True), writes=()) is None
    assert workload(read(4, ok=True), writes=(1, 2)) is None


OTHER_HASH = CA_CERT.parse(Output(status=0, stdout=answers.OTHER_CA)).join_hash


def authority(mono: float, machine: str, moment: str, pem: str) -> Line:
    data = {"fact": CA_CERT.name, "subject": machine, "moment": str(moment), "status": 0, "stdout": pem}
    return mono, Kind.FACT, data


def hashes(*lines: Line) -> tuple[str | None, str | None]:
    """Before and after, where the plan judges the hash of one machine, and something else of another."""
    checks = [planned("api-not-needed", machine="worker1"), planned("join-hash", machine=MASTER)]
    plan = (0.5, Kind.PLAN, {"checks": checks})
    verdict = judge(told(plan, *lines, (9, Kind.END, {})))
    return verdict.join_hash_before, verdict.join_hash_after


def test_the_join_hash_is_that_of_the_machine_that_is_judged_and_else_of_any_other() -> None:
    own, other = answers.CA, answers.OTHER_CA
    for moment, place in ((Moment.BEFORE, 0), (Moment.RECOVERED, 1)):
        first = hashes(authority(1, MASTER, moment, own), authority(2, "worker1", moment, other))
        second = hashes(authority(1, "worker1", moment, other), authority(2, MASTER, moment, own))
        assert first[place] == second[place] == answers.HASH
        unread = hashes(authority(1, MASTER, moment, "no certificate"), authority(2, "worker1", moment, other))
        assert unread[place] == OTHER_HASH
        assert first[1 - place] is None


def test_of_several_answers_the_last_is_told_and_of_several_moments_the_latest_that_gave_one() -> None:
    own, other = answers.CA, answers.OTHER_CA
    again = hashes(authority(1, MASTER, Moment.BEFORE, other), authority(2, MASTER, Moment.BEFORE, own))
    assert again == (answers.HASH, None)
    moments = (Moment.FAILED, Moment.RECOVERED, Moment.REBOOTED)
    for earlier, later in pairwise(moments):
        found = hashes(authority(1, MASTER, later, own), authority(2, MASTER, earlier, other))
        assert found == (None, answers.HASH)
        assert hashes(authority(1, MASTER, later, ""), authority(2, MASTER, earlier, other)) == (None, OTHER_HASH)
    assert hashes(authority(1, MASTER, Moment.FAULTED, own)) == (None, None)


def test_without_a_plan_that_can_be_read_the_last_answer_of_anybody_is_told() -> None:
    lines = authority(1, MASTER, Moment.BEFORE, answers.OTHER_CA), authority(2, "worker1", Moment.BEFORE, answers.CA)
    for plan in ((0.5, Kind.PLAN, {"checks": "none"}), (0.5, Kind.PLAN, {"checks": []})):
        assert judge(told(plan, *lines)).join_hash_before == answers.HASH


def ledgers(*kept: tuple[str, object], checks: object = ()) -> History:
    """Three writes of each ledger before the fault, half a second and more apart, and what was read back of it."""
    lines: list[Line] = [(0.0, Kind.PLAN, {"checks": checks, "rpo_seconds": 12.5})]
    for stream in ("api", "volume"):
        lines += [(mono, Kind.LEDGER, {"stream": stream, "n": n}) for n, mono in ((1, 0.99956), (2, 1.5), (3, 1.9))]
    lines += [*fault(2, 3)]
    for name, stdout in kept:
        data = {"fact": name, "subject": WITNESS, "moment": str(Moment.RECOVERED), "status": 0, "stdout": stdout}
        lines.append((5.0, Kind.FACT, data))
    return told(*sorted(lines, key=lambda line: line[0]), (9, Kind.END, {}))


def test_what_the_ledgers_lost_is_told_for_each_that_was_read_back() -> None:
    rpo = judge(ledgers(("api-ledger", "[2, 3]"), ("volume-ledger", "[1, 2]"))).rpo
    assert (rpo.target_seconds, rpo.measured_seconds) == (12.5, 1.0)
    assert (rpo.lost, rpo.acknowledged) == ({"api": 1, "volume": 1}, {"api": 3, "volume": 3})
    one = judge(ledgers(("volume-ledger", "[1, 2]"))).rpo
    assert (one.lost, one.measured_seconds) == ({"volume": 1}, 0.1)
    unread = judge(ledgers(("api-ledger", "what?"), ("volume-ledger", "[1, 2, 3]"))).rpo
    assert (unread.lost, unread.measured_seconds) == ({"volume": 0}, 0)
    none = judge(ledgers()).rpo
    assert (none.lost, none.acknowledged, none.measured_seconds) == ({}, {}, None)


@pytest.mark.parametrize(
    ("checks", "streams"),
    [
        ([], {"api", "volume"}),
        ("none", {"api", "volume"}),
        ([{"check": "rpo", "params": {"target_seconds": 1.0, "streams": ["volume"]}}], {"volume"}),
        ([{"check": "rpo", "params": {"target_seconds": 1.0, "streams": "volume"}}], {"api", "volume"}),
        ([{"check": "rpo", "params": {"target_seconds": 1.0}}], {"api", "volume"}),
        ([{"check": "snapshot", "params": {"streams": ["volume"]}}], {"api", "volume"}),
    ],
)
def test_a_loss_is_told_of_the_ledgers_that_the_plan_names_and_else_of_all(checks: object, streams: set[str]) -> None:
    history = ledgers(("api-ledger", "[1, 2, 3]"), ("volume-ledger", "[1, 2, 3]"), checks=checks)
    assert set(judge(history).rpo.lost) == streams


def test_a_ledger_without_a_write_before_the_loss_measured_nothing() -> None:
    whole = ledgers(("api-ledger", "[1, 2, 3]"), ("volume-ledger", "[1, 2, 3]"))
    late = without(whole, lambda event: event.kind is Kind.LEDGER and event.data["stream"] == "volume")
    assert set(judge(late).rpo.lost) == {"api"}


def test_a_second_plan_changes_no_target() -> None:
    whose = {which: {"of": "policy", "scenario_seconds": 40.0} for which in ("rto", "rpo")}
    plan = (0.5, Kind.PLAN, {"checks": [], "rto_seconds": 30.0, "rpo_seconds": 5.0, "targets": whose})
    forged = (4.0, Kind.PLAN, {"checks": [], "rto_seconds": 300.0, "rpo_seconds": 50.0})
    verdict = judge(told(plan, *fault(2, 3), forged))
    assert (verdict.rto.target_seconds, verdict.rpo.target_seconds) == (30.0, 5.0)
    for one in (verdict.rto, verdict.rpo):
        assert (one.target_of, one.promised_seconds) == ("policy", 40.0)


def test_a_verdict_passed_by_its_word_and_knows_which_of_its_findings_ended_how() -> None:
    good, bad = judge(PASSED), judge(ledger_kept(1, 2, 3, 4, 5, 6)(PASSED))
    assert (good.word, good.passed) == (Word.PASSED, True)
    assert (bad.word, bad.passed) == (Word.FAILED, False)
    for outcome in Outcome:
        assert bad.of(outcome) == tuple(one for one in bad.findings if one.outcome == outcome)
    assert {one.check for one in bad.of(Outcome.BROKEN)} == {"rpo", "rto-control-plane"}
