"""What is said of a fault and of a recovery that failed."""

from __future__ import annotations

from dataclasses import replace

import pytest

from harness.errors import SpecError
from harness.facts import Moment
from harness.journal import Event, History, Kind
from harness.verdict import Outcome, planned
from tests.verdict import answers
from tests.verdict.answers import MASTER
from tests.verdict.edits import answering, edited, inserted, is_fact, planned_as, renumbered, without
from tests.verdict.findings import PASSED, finding
from tests.verdict.spoilt.fault import failing_recovery


def ends(event: Event) -> bool:
    return event.kind is Kind.RECOVERY and event.data["state"] == "end"


def refused(**told: object) -> History:
    return edited(PASSED, ends, state="failed", **told)


@pytest.mark.parametrize(
    ("told", "said"),
    [
        ({"cause": "it ended with 1", "stderr": ""}, "failed: it ended with 1"),
        ({"cause": " it ended with 1\n"}, "failed: it ended with 1"),
        ({}, "failed: no cause is given"),
        ({"cause": "it ended", "stderr": "first\n\nlast\n \n"}, "failed: it ended; it said: last"),
        ({"cause": "it ended", "stderr": "an Error here\nlast"}, "failed: it ended; it said: an Error here"),
        ({"cause": "it ended", "stderr": "error: one\nerror: two\nlast"}, "failed: it ended; it said: error: two"),
        ({"cause": "it ended: error: one", "stderr": "error: one"}, "failed: it ended: error: one"),
        (
            {"cause": "it ended", "stderr": "why\nTo see the stack trace of this error"},
            "failed: it ended; it said: why",
        ),
        ({"cause": "it ended", "stderr": "To see the stack trace of this error"}, "failed: it ended"),
        ({"cause": "it ended", "stderr": "y" * 400}, f"failed: it ended; it said: {'y' * 300}"),
    ],
)
def test_a_recovery_that_failed_says_what_the_command_said_of_it(told: dict[str, object], said: str) -> None:
    found = finding(without(refused(**told), lambda e: is_fact(e, "pki-files")), "recovery-completed")
    assert (found.outcome, found.cause) == (Outcome.BROKEN, f"the recovery 'AdoptDataDisk' {said}")


def test_of_two_recoveries_that_failed_the_first_is_told() -> None:
    both = inserted(refused(cause="first"), lambda e: e.kind is Kind.END, Kind.RECOVERY, state="failed", cause="second")
    assert "failed: first" in finding(both, "recovery-completed").cause


def test_only_keys_that_were_there_and_that_nobody_can_make_again_are_missed() -> None:
    spoilt = failing_recovery(PASSED)
    lost = answers.pki_files("ca.key", "sa.key", "sa.pub")
    without_certificate = answering(spoilt, "pki-files", Moment.RECOVERED, lost)
    assert "any more" not in finding(without_certificate, "recovery-completed").cause
    never_there = answering(spoilt, "pki-files", Moment.BEFORE, answers.pki_files("ca.crt", "sa.key", "sa.pub"))
    assert "any more" not in finding(never_there, "recovery-completed").cause


def test_keys_that_are_gone_after_the_fault_and_were_not_asked_for_later_explain_nothing() -> None:
    spoilt = without(failing_recovery(PASSED), lambda e: is_fact(e, "pki-files", moment=Moment.RECOVERED))
    after = next(e for e in PASSED.events if is_fact(e, "pki-files", moment=Moment.BEFORE))
    gone = {**after.data, "moment": str(Moment.FAULTED), "stdout": answers.pki_files("ca.crt")}
    told = inserted(spoilt, lambda e: e.kind is Kind.END, Kind.FACT, **gone)
    assert "any more" not in finding(told, "recovery-completed").cause
    # Those of the moment at which it failed come first.
    failed = inserted(told, lambda e: e.kind is Kind.END, Kind.FACT, **{**gone, "moment": str(Moment.FAILED)})
    assert "has no /etc/kubernetes/pki/ca.key" in finding(failed, "recovery-completed").cause


def test_each_recovery_that_was_planned_and_each_that_began_has_to_end() -> None:
    one_more = planned_as(PASSED, "recovery-completed", machine=MASTER, count=2)
    assert "knows no recovery that ended" in finding(one_more, "recovery-completed").cause
    begun = inserted(PASSED, lambda e: e.kind is Kind.END, Kind.RECOVERY, recovery="Second", state="start")
    assert finding(begun, "recovery-completed").outcome is Outcome.ERRORED
    end = next(e for e in PASSED.events if ends(e))
    done = renumbered([*begun.events[:-1], replace(end, mono=begun.events[-1].mono), begun.events[-1]])
    assert finding(planned_as(done, "recovery-completed", count=2), "recovery-completed").outcome is Outcome.HELD


def test_a_fault_may_be_seen_by_the_api_alone_or_by_what_differs_alone() -> None:
    assert finding(planned_as(PASSED, "fault-bit", differs=[]), "fault-bit").outcome is Outcome.HELD
    differs = [{"fact": "boot-id", "subject": MASTER}]
    alone = planned_as(PASSED, "fault-bit", differs=differs, api_refused=False)
    calm = without(alone, lambda e: e.kind is Kind.PROBE and e.data["probe"] == "api-write" and not e.data["ok"])
    assert finding(calm, "fault-bit").outcome is Outcome.HELD
    assert "API" not in finding(calm, "fault-bit").saw


def test_all_that_must_differ_and_does_not_is_told() -> None:
    same = answering(PASSED, "boot-id", Moment.FAULTED, "00000000-1111-4222-8333-444444444444\n")
    same = answering(same, "os-disk", Moment.FAULTED, {"slot": "a", "serial": "kd-a"})
    cause = finding(same, "fault-bit").cause
    assert "'os-disk' (slot) of 'master1' is still a; 'boot-id' of 'master1' is still 00000000-1111" in cause


def test_without_a_fault_in_the_journal_nobody_can_say_that_it_bit() -> None:
    found = finding(without(PASSED, lambda e: e.kind is Kind.FAULT), "fault-bit")
    assert (found.outcome, found.cause) == (
        Outcome.ERRORED,
        "a planned check never ran: the journal knows no fault",
    )


def test_a_field_that_a_fact_does_not_have_is_no_difference() -> None:
    odd = planned_as(PASSED, "fault-bit", differs=[{"fact": "os-disk", "subject": MASTER, "field": "colour"}])
    assert finding(odd, "fault-bit").cause == "'os-disk' has no field 'colour'"


def test_what_cannot_be_planned_says_why() -> None:
    with pytest.raises(SpecError, match="nothing is named by which the fault could be seen"):
        planned("fault-bit", api_refused=False)
    with pytest.raises(SpecError, match="there is no fact 'telepathy'"):
        planned("fault-bit", differs=[{"fact": "telepathy", "subject": MASTER}])


@pytest.mark.parametrize(("length", "shown"), [(120, 120), (121, 120)])
def test_a_value_is_told_up_to_a_length_at_which_a_line_can_be_read(length: int, shown: int) -> None:
    long = answering(PASSED, "os-disk", Moment.FAULTED, {"slot": "b" * length, "serial": "kd-b"})
    said = finding(long, "fault-bit").saw
    assert f" is {'b' * shown}{'…' if length > shown else ''};" in said


def test_a_file_system_is_told_by_what_tells_it_from_another() -> None:
    differs = [{"fact": "root-disk", "subject": MASTER}]
    found = finding(planned_as(PASSED, "fault-bit", differs=differs, api_refused=False), "fault-bit")
    first, second = "aaaaaaaa-0000-4000-8000-000000000001", "bbbbbbbb-0000-4000-8000-000000000002"
    assert found.saw == f"'root-disk' of 'master1' was {first} and is {second}"


def test_a_value_of_several_parts_is_told_as_a_list() -> None:
    members = [{"fact": "etcd-members", "subject": MASTER, "after": str(Moment.RECOVERED)}]
    told = finding(planned_as(PASSED, "fault-bit", differs=members), "fault-bit")
    assert "[" not in told.saw + told.cause
    assert "(" not in (told.saw + told.cause).partition("'etcd-members' of 'master1' ")[2][:3]
