"""Each check can hold, can break with the right words, and never holds without its facts."""

from __future__ import annotations

import pytest

from harness.journal import Event, Kind
from harness.verdict import CHECKS, Outcome, judge
from tests.verdict.edits import edited, is_fact, without
from tests.verdict.findings import PASSED, finding
from tests.verdict.spoils import Spoil
from tests.verdict.spoilt import BROKEN, VACUOUS


@pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.name)
def test_each_check_holds_in_a_drill_that_went_well(check: type) -> None:
    name = str(check.name)  # type: ignore[attr-defined]
    assert finding(PASSED, name).outcome is Outcome.HELD
    assert finding(PASSED, name).saw
    assert finding(PASSED, name).evidence


@pytest.mark.parametrize(("check", "spoil", "words"), BROKEN, ids=[f"{c}-{i}" for i, (c, _, _) in enumerate(BROKEN)])
def test_a_check_breaks_and_names_the_thing(check: str, spoil: Spoil, words: tuple[str, ...]) -> None:
    found = finding(spoil(PASSED), check)
    assert found.outcome is Outcome.BROKEN, found.cause
    for word in words:
        assert word in found.cause


def test_no_check_is_unable_to_break() -> None:
    assert {check.name for check in CHECKS} == {check for check, _, _ in BROKEN}


@pytest.mark.parametrize(("check", "spoil"), VACUOUS, ids=[check for check, _ in VACUOUS])
def test_what_measured_nothing_holds_nothing(check: str, spoil: Spoil) -> None:
    assert finding(spoil(PASSED), check).outcome is Outcome.ERRORED


def facts_of_checks() -> list[tuple[str, str, str, str]]:
    events = PASSED.events
    return [
        (one.check, str(data["fact"]), str(data["subject"]), str(data["moment"]))
        for one in judge(PASSED).findings
        for data in (events[seq].data for seq in one.evidence if events[seq].kind is Kind.FACT)
    ]


@pytest.mark.parametrize(("check", "fact", "subject", "moment"), facts_of_checks())
def test_a_check_without_one_of_its_facts_never_ran(check: str, fact: str, subject: str, moment: str) -> None:
    found = finding(without(PASSED, lambda e: is_fact(e, fact, subject, moment)), check)
    assert found.outcome is Outcome.ERRORED
    assert found.cause == f"a planned check never ran: no '{fact}' of '{subject}' at '{moment}'"


@pytest.mark.parametrize(("check", "fact", "subject", "moment"), facts_of_checks())
def test_a_check_with_an_unreadable_fact_is_errored(check: str, fact: str, subject: str, moment: str) -> None:
    def unreadable(event: Event) -> bool:
        return is_fact(event, fact, subject, moment)

    found = finding(edited(PASSED, unreadable, stdout="\x00{", stderr="x", status=3), check)
    # A trial or a join that ends badly is an answer: the system under test said no.
    if fact in {"api-write", "rollout", "scheduling", "service", "resolve", "join", "join-new-token"}:
        assert found.outcome is Outcome.BROKEN
    else:
        assert found.outcome is Outcome.ERRORED
        assert f"'{fact}' of '{subject}' at '{moment}'" in found.cause
