"""Where a journal tells something twice, or half, it is settled which of it counts."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from harness.facts import Moment
from harness.journal import Event, History, Kind
from harness.verdict import Finding, Outcome, Word, judge, not_applicable, observed, planned
from harness.verdict.life import Dns
from tests.verdict import story
from tests.verdict.edits import answering, edited, inserted, is_fact, renumbered, without

PASSED = story.passed()
IDLE = answering(PASSED, "os-disk", Moment.FAULTED, {"slot": "a", "serial": "kd-a"})
UNRESOLVED = answering(PASSED, "resolve", Moment.RECOVERED, "", status=1)


def is_plan(event: Event) -> bool:
    return event.kind is Kind.PLAN


def is_end(event: Event) -> bool:
    return event.kind is Kind.END


def with_plan(history: History, *lines: dict[str, object]) -> History:
    return edited(history, is_plan, checks=[planned("fault-bit", api_refused=True), *lines])


def of(history: History, check: str) -> Finding:
    return next(one for one in judge(history).findings if one.check == check)


def erring(history: History, fact: str, **told: object) -> History:
    return inserted(history, lambda e: is_fact(e, fact), Kind.ERROR, **told)


def ending_twice(first: str, last: str) -> History:
    end = PASSED.events[-1]
    ends = [replace(end, data={"outcome": outcome}) for outcome in (first, last)]
    return renumbered([*PASSED.events[:-1], *ends])


def test_a_drill_takes_from_its_first_line_to_its_last() -> None:
    verdict = judge(PASSED)
    early = replace(PASSED.events[0], at=PASSED.events[0].at - timedelta(hours=1))
    assert judge(History(events=(early, *PASSED.events[1:]))).started == early.at
    assert verdict.seconds == pytest.approx(PASSED.events[-1].mono - PASSED.events[0].mono)
    assert judge(History(events=())).started is None


def test_an_empty_journal_says_so() -> None:
    assert judge(History(events=())).cause == "the journal is empty: nothing is known"


def test_of_two_ends_the_last_counts() -> None:
    assert judge(ending_twice("error", "finished")).word is Word.PASSED
    assert judge(ending_twice("interrupted", "finished")).word is Word.PASSED
    assert judge(ending_twice("finished", "interrupted")).cause == "the run was interrupted"
    assert judge(ending_twice("finished", "error")).word is Word.ERRORED


def test_of_two_plans_the_one_of_before_the_fault_counts() -> None:
    (plan,) = (event for event in PASSED.events if is_plan(event))
    again = inserted(PASSED, is_end, Kind.PLAN, **{**plan.data, "checks": [planned("dns")]})
    assert judge(again).word is Word.PASSED
    assert len(judge(again).findings) == len(judge(PASSED).findings)


def test_of_two_errors_the_first_is_the_cause() -> None:
    first = erring(PASSED, "rollout", where="master1", message="The first thing broke")
    both = erring(first, "host-audit", where="master1", message="The second thing broke")
    assert judge(both).cause == "The first thing broke (in 'master1')"


@pytest.mark.parametrize(
    ("told", "said"),
    [
        ({"message": "It is gone", "where": "master1", "type": "LabError"}, "It is gone (in 'master1')"),
        ({"message": "It is gone"}, "It is gone"),
        ({"type": "LabError"}, "LabError"),
        ({}, "without a word"),
    ],
)
def test_an_error_says_as_much_as_was_written_of_it(told: dict[str, object], said: str) -> None:
    assert judge(erring(PASSED, "host-audit", **told)).cause == said


def test_a_lab_that_broke_before_the_plan_was_written_is_errored_whatever_was_broken_before() -> None:
    (plan,) = (event for event in PASSED.events if is_plan(event))
    early = erring(UNRESOLVED, "os-disk", message="The lab is gone")
    late = inserted(without(early, is_plan), lambda e: e.kind is Kind.FAULT, Kind.PLAN, **plan.data)
    verdict = judge(late)
    assert verdict.word is Word.ERRORED
    assert verdict.cause.startswith("The lab is gone; what is known by then: ")


def test_of_two_recoveries_that_were_refused_the_first_is_the_cause_of_what_could_not_be_asked() -> None:
    end = next(e for e in PASSED.events if e.kind is Kind.RECOVERY and e.data["state"] == "end")
    first = edited(PASSED, lambda e: e.seq == end.seq, state="failed", cause="the first is refused")
    both = inserted(first, is_end, Kind.RECOVERY, recovery="Second", state="failed", cause="the second is refused")
    assert (
        of(without(both, lambda e: is_fact(e, "resolve")), "dns").cause == "the recovery failed: the first is refused"
    )


def test_a_refused_recovery_without_a_cause_says_that_there_is_none() -> None:
    def ends(event: Event) -> bool:
        return event.kind is Kind.RECOVERY and event.data["state"] == "end"

    refused = without(edited(PASSED, ends, state="failed"), lambda e: is_fact(e, "resolve"))
    assert of(refused, "dns").cause == "the recovery failed: no cause is given"


def test_a_fault_that_was_never_seen_is_not_blamed_on_the_recovery() -> None:
    def ends(event: Event) -> bool:
        return event.kind is Kind.RECOVERY and event.data["state"] == "end"

    refused = without(edited(PASSED, ends, state="failed"), lambda e: is_fact(e, "os-disk", moment=Moment.FAULTED))
    assert of(refused, "fault-bit").outcome is Outcome.ERRORED


def test_a_fault_that_did_not_bite_blocks_what_was_judged_and_nothing_else() -> None:
    lines = [observed("dns", why="for interest"), not_applicable("no-orphans", why="the lab has no worker")]
    fault = next(line for line in PASSED.events[1].data["checks"] if line["check"] == "fault-bit")
    idle = edited(IDLE, is_plan, checks=[fault, planned("rollout"), *lines])
    cause = of(idle, "fault-bit").cause
    assert of(idle, "fault-bit").outcome is Outcome.BROKEN
    for check in ("rollout", "dns"):
        found = of(idle, check)
        assert (found.outcome, found.cause, found.saw) == (Outcome.BLOCKED, cause, "")
        assert found.evidence
    kept = of(idle, "no-orphans")
    assert (kept.outcome, kept.cause) == (Outcome.OBSERVED, "not applicable: the lab has no worker")


def test_a_finding_has_the_claim_of_the_plan_and_else_that_of_the_check() -> None:
    claims = [("", "A pod resolves"), ("Names are found", "Names are found")]
    for claim, said in claims:
        found = of(with_plan(PASSED, {**planned("dns"), "claim": claim}), "dns")
        assert said in found.claim
    assert of(with_plan(PASSED, {**planned("dns"), "check": "telepathy", "claim": ""}), "telepathy").claim == ""


def test_what_is_observed_tells_what_it_saw_and_what_is_errored_stays_so() -> None:
    seen = of(with_plan(PASSED, observed("dns", why="for interest")), "dns")
    assert (seen.outcome, bool(seen.saw), seen.cause) == (Outcome.OBSERVED, True, seen.saw)
    untold = of(without(with_plan(PASSED, observed("dns", why="for interest")), lambda e: is_fact(e, "resolve")), "dns")
    assert untold.outcome is Outcome.ERRORED


def test_of_checks_that_were_never_answered_the_first_in_the_order_of_causes_is_named() -> None:
    for order in (("dns", "join-hash"), ("join-hash", "dns")):
        plan = with_plan(
            PASSED, *(line for name in order for line in PASSED.events[1].data["checks"] if line["check"] == name)
        )
        untold = without(plan, lambda e: is_fact(e, "resolve") or is_fact(e, "ca-cert"))
        assert judge(untold).cause.endswith("(check 'join-hash')")


def test_a_check_of_another_version_comes_after_all_that_are_known() -> None:
    stranger = {**planned("dns"), "check": "telepathy"}
    plan = with_plan(without(PASSED, lambda e: is_fact(e, "host-audit")), stranger, planned("host-clean"))
    assert judge(plan).cause.endswith("(check 'host-clean')")


def test_a_line_that_does_not_say_whether_it_is_required_is() -> None:
    silent = {name: value for name, value in planned("dns").items() if name != "required"}
    assert judge(with_plan(UNRESOLVED, silent)).word is Word.FAILED


def test_a_broken_check_that_is_not_required_never_decides() -> None:
    plan = with_plan(UNRESOLVED, {**planned("dns"), "required": False, "reason": "a plan that says neither"})
    verdict = judge(plan)
    assert verdict.word is Word.PASSED
    assert of(plan, "dns").outcome is Outcome.OBSERVED
    silent = with_plan(UNRESOLVED, {**planned("dns"), "required": False, "reason": ""})
    assert of(silent, "dns").cause == "not judged, and the plan does not say why"


def test_what_is_blocked_is_not_passed_where_nobody_planned_to_ask_whether_the_recovery_ended() -> None:
    def ends(event: Event) -> bool:
        return event.kind is Kind.RECOVERY and event.data["state"] == "end"

    refused = without(edited(PASSED, ends, state="failed", cause="ca.key is missing"), lambda e: is_fact(e, "resolve"))
    (dns,) = (line for line in PASSED.events[1].data["checks"] if line["check"] == "dns")
    verdict = judge(with_plan(refused, dns))
    assert of(with_plan(refused, dns), "dns").outcome is Outcome.BLOCKED
    assert (verdict.word, verdict.cause) == (
        Word.ERRORED,
        "the recovery failed: ca.key is missing (check 'dns')",
    )


def test_a_plan_whose_parameters_do_not_fit_any_more_is_errored_and_not_held() -> None:
    found = of(with_plan(PASSED, {**planned("dns"), "params": {"colour": "red"}}), "dns")
    assert found.outcome is Outcome.ERRORED
    assert found.cause.startswith("the plan's parameters do not fit: it has no parameter 'colour'")


def test_a_check_that_stumbles_is_errored_and_not_held(monkeypatch: pytest.MonkeyPatch) -> None:
    def stumbles(*_: object) -> None:
        raise ZeroDivisionError("by nothing")

    monkeypatch.setattr(Dns, "judge", stumbles)
    found = of(PASSED, "dns")
    assert (found.outcome, found.cause) == (Outcome.ERRORED, "the check itself broke: ZeroDivisionError: by nothing")


@pytest.mark.parametrize(("first", "last", "lost"), [("[1, 2, 3]", None, False), (None, "[1, 2, 3]", True)])
def test_of_two_answers_of_one_moment_the_last_is_judged_and_measured(
    first: str | None, last: str | None, lost: bool
) -> None:
    (own,) = (event for event in PASSED.events if is_fact(event, "api-ledger", moment=Moment.RECOVERED))
    told = [{**own.data, "stdout": stdout or own.data["stdout"]} for stdout in (first, last)]
    twice = inserted(PASSED, lambda event: event.seq == own.seq, Kind.FACT, **told[0])
    history = edited(twice, lambda event: event.seq == own.seq + 1, **told[1])
    assert (of(history, "rpo").outcome is Outcome.BROKEN) is lost
    assert (judge(history).rto.control_plane_seconds is None) is lost
