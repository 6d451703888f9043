"""Which word is said of a drill, in the order in which one outcome outranks another."""

from __future__ import annotations

from typing import Any

import pytest

from harness.errors import SpecError
from harness.facts import Moment
from harness.journal import Event, History, Kind
from harness.verdict import Outcome, Word, judge, not_applicable, observed, planned
from tests.verdict import answers, story
from tests.verdict.edits import answering, edited, inserted, is_fact, without

PASSED = story.passed()


def is_end(event: Event) -> bool:
    return event.kind is Kind.END


def is_plan(event: Event) -> bool:
    return event.kind is Kind.PLAN


def replanned(history: History, *lines: dict[str, object]) -> History:
    return edited(history, is_plan, checks=list(lines))


def idle_fault(history: History) -> History:
    history = answering(history, "os-disk", Moment.FAULTED, {"slot": "a", "serial": "kd-a"})
    return answering(history, "join", Moment.RECOVERED, "", status=1)


def broken_dns(history: History) -> History:
    return answering(history, "resolve", Moment.RECOVERED, "", status=1)


def lab_error(history: History, fact: str) -> History:
    error = {"where": "master1", "type": "LabError", "message": "The machine 'master1' is gone"}
    return inserted(history, lambda e: is_fact(e, fact), Kind.ERROR, **error)


def failed_recovery(history: History) -> History:
    """kubeadm refuses, and nothing after it is asked."""
    stop = next(e.seq for e in history.events if e.kind is Kind.RECOVERY and e.data["state"] == "end")
    history = edited(
        history,
        lambda e: e.seq == stop,
        state="failed",
        cause="kubeadm init on 'master1' ended with status 1: ca.key is missing",
    )
    return without(
        history,
        lambda e: e.seq > stop and e.kind is Kind.FACT and e.data["moment"] in ("recovered", "rebooted"),
    )


def test_a_drill_in_which_every_required_check_held_is_passed() -> None:
    verdict = judge(PASSED)
    assert (verdict.word, verdict.cause) == (Word.PASSED, "")


def test_a_fault_that_did_not_bite_is_inconclusive_and_blocks_the_rest() -> None:
    verdict = judge(idle_fault(PASSED))
    assert verdict.word is Word.INCONCLUSIVE
    assert verdict.cause.startswith("the fault did not bite: 'os-disk' (slot) of 'master1' is still a")
    rest = [one for one in verdict.findings if one.check != "fault-bit" and one.required]
    assert {one.outcome for one in rest} == {Outcome.BLOCKED}


def test_a_broken_required_check_is_failed_with_its_cause() -> None:
    verdict = judge(broken_dns(PASSED))
    assert verdict.word is Word.FAILED
    assert "DNS does not answer" in verdict.cause


def test_of_several_broken_checks_the_one_that_explains_the_others_is_the_cause() -> None:
    history = answering(broken_dns(PASSED), "old-token", Moment.RECOVERED, "401")
    history = answering(history, "sa-pub", Moment.RECOVERED, answers.OTHER_SA)
    assert "sa.key of 'master1' is another" in judge(history).cause


def test_a_lab_that_erred_before_the_first_broken_claim_is_errored_and_named() -> None:
    verdict = judge(broken_dns(lab_error(PASSED, "rollout")))
    assert verdict.word is Word.ERRORED
    assert verdict.cause == "The machine 'master1' is gone (in 'master1')"


def test_a_lab_that_errs_after_a_broken_claim_does_not_hide_it() -> None:
    verdict = judge(broken_dns(lab_error(PASSED, "host-audit")))
    assert verdict.word is Word.FAILED


@pytest.mark.parametrize(("length", "shown"), [(400, "y" * 400), (401, "y" * 400 + "…")])
def test_the_words_of_an_error_are_told_up_to_a_length_at_which_they_are_read(length: int, shown: str) -> None:
    lines = inserted(PASSED, is_end, Kind.ERROR, message="y" * length)
    assert judge(lines).cause.startswith(shown)
    assert len(judge(lines).cause) == len(shown)


def test_a_lab_that_errs_is_never_passed() -> None:
    assert judge(lab_error(PASSED, "host-audit")).word is Word.ERRORED


def test_what_could_not_be_asked_because_the_lab_broke_is_blocked_by_it() -> None:
    history = without(lab_error(PASSED, "rollout"), lambda e: is_fact(e, "resolve"))
    finding = next(one for one in judge(history).findings if one.check == "dns")
    assert finding.outcome is Outcome.BLOCKED
    assert finding.cause.startswith(
        "the lab broke first: The machine 'master1' is gone (in 'master1'); a planned check"
    )


def test_a_planned_check_that_never_ran_is_errored() -> None:
    verdict = judge(without(PASSED, lambda e: is_fact(e, "resolve")))
    assert verdict.word is Word.ERRORED
    assert verdict.cause == "a planned check never ran: no 'resolve' of 'cluster' at 'recovered' (check 'dns')"


def test_a_broken_check_outranks_one_that_never_ran() -> None:
    history = without(PASSED, lambda e: is_fact(e, "volume-bytes", moment="recovered"))
    assert judge(broken_dns(history)).word is Word.FAILED


def test_a_recovery_that_was_refused_is_failed_and_blocks_what_could_not_be_asked() -> None:
    verdict = judge(failed_recovery(PASSED))
    assert verdict.word is Word.FAILED
    assert "ca.key is missing" in verdict.cause
    dns = next(one for one in verdict.findings if one.check == "dns")
    assert (dns.outcome, dns.cause[:30]) == (Outcome.BLOCKED, "the recovery failed: kubeadm i")


def test_a_run_without_an_end_is_errored_and_tells_what_is_known() -> None:
    verdict = judge(without(broken_dns(PASSED), is_end))
    assert verdict.word is Word.ERRORED
    assert verdict.cause.startswith("the run ended before its end, after ")
    assert "DNS does not answer" in verdict.cause


def test_a_torn_last_line_is_errored() -> None:
    assert judge(History(events=PASSED.events, cut=True)).word is Word.ERRORED


def test_an_interrupted_run_is_errored() -> None:
    verdict = judge(edited(PASSED, is_end, outcome="interrupted"))
    assert (verdict.word, verdict.cause) == (Word.ERRORED, "the run was interrupted")


def test_an_end_with_an_error_that_nobody_wrote_down_is_errored() -> None:
    assert judge(edited(PASSED, is_end, outcome="error")).word is Word.ERRORED


def test_an_empty_journal_is_errored() -> None:
    assert judge(History(events=())).word is Word.ERRORED


def test_a_journal_without_a_plan_is_errored() -> None:
    verdict = judge(without(PASSED, is_plan))
    assert (verdict.word, verdict.cause) == (Word.ERRORED, "the journal holds no plan: nothing was to be judged")


def test_a_lab_that_broke_before_the_plan_is_named() -> None:
    history = without(lab_error(PASSED, "os-disk"), is_plan)
    assert "The machine 'master1' is gone" in judge(history).cause


def test_a_plan_written_after_the_fault_proves_nothing() -> None:
    line = next(event for event in PASSED.events if is_plan(event))
    late = inserted(without(PASSED, is_plan), is_end, Kind.PLAN, **line.data)
    assert judge(late).word is Word.ERRORED


def test_a_plan_that_requires_nothing_is_errored() -> None:
    assert judge(replanned(PASSED, observed("dns", why="for interest"))).word is Word.ERRORED
    assert judge(replanned(PASSED)).word is Word.ERRORED


@pytest.mark.parametrize("checks", ["no list", [7], [{"claim": "x"}], None])
def test_a_plan_that_cannot_be_read_is_errored(checks: object) -> None:
    assert judge(edited(PASSED, is_plan, checks=checks)).word is Word.ERRORED


def test_a_check_of_another_version_is_errored() -> None:
    line = {**planned("dns"), "check": "telepathy"}
    verdict = judge(replanned(PASSED, planned("rollout"), line))
    assert verdict.word is Word.ERRORED
    assert "'telepathy'" in verdict.cause


def test_what_is_only_observed_never_fails_a_drill_and_tells_what_was_seen() -> None:
    history = replanned(broken_dns(PASSED), planned("rollout"), observed("dns", why="the seed does not promise it"))
    verdict = judge(history)
    assert verdict.word is Word.PASSED
    assert verdict.findings[1].outcome is Outcome.OBSERVED
    assert "DNS does not answer" in verdict.findings[1].cause


def test_what_was_to_be_observed_and_never_was_is_errored() -> None:
    history = replanned(PASSED, planned("rollout"), observed("dns", why="the seed does not promise it"))
    assert judge(without(history, lambda e: is_fact(e, "resolve"))).word is Word.ERRORED


def test_what_is_not_applicable_is_not_judged_and_says_why() -> None:
    history = replanned(broken_dns(PASSED), planned("rollout"), not_applicable("dns", why="no canary"))
    verdict = judge(history)
    assert verdict.word is Word.PASSED
    assert verdict.findings[1].cause == "not applicable: no canary"


def test_an_unknown_check_is_refused_when_it_is_planned_with_the_nearest_name() -> None:
    with pytest.raises(SpecError, match="no check 'join-hush'") as refused:
        planned("join-hush")
    assert refused.value.__notes__ == ["Did you mean 'join-hash'?"]


@pytest.mark.parametrize(
    ("name", "params"),
    [
        ("join-hash", {}),
        ("join-hash", {"machine": "master1", "colour": "red"}),
        ("rpo", {"target_seconds": "soon"}),
        ("rpo", {"target_seconds": 0, "streams": ["tape"]}),
        ("fault-bit", {"differs": [{"fact": "no-such-fact", "subject": "master1"}]}),
        ("fault-bit", {"api_refused": False}),
        ("no-orphans", {"machines": []}),
        ("etcd-members", {"machine": "master1", "members": {}}),
        ("rto-workload", {"target_seconds": 1, "probes": []}),
    ],
)
def test_parameters_that_do_not_fit_are_refused_when_they_are_planned(name: str, params: dict[str, object]) -> None:
    with pytest.raises(SpecError, match=f"The check '{name}' cannot be planned like this"):
        planned(name, **params)  # type: ignore[arg-type]


def test_a_check_that_is_not_required_needs_a_reason() -> None:
    with pytest.raises(SpecError, match="the plan must say why"):
        planned("dns", required=False)


def test_waits_at_the_same_time_count_once_in_the_harness_seconds() -> None:
    history = inserted(PASSED, lambda e: e.data.get("id") == 20, Kind.WAIT, id=99, on="twin", state="start")
    doubled = inserted(history, is_end, Kind.WAIT, id=99, on="twin", state="end")
    assert judge(doubled).harness_seconds < judge(PASSED).harness_seconds
    assert judge(doubled).harness_seconds >= 0


def test_the_longest_wait_inside_a_phase_is_named() -> None:
    recovery = next(phase for phase in judge(PASSED).phases if phase.name == "recovery")
    assert recovery.waiting_on == "the leases of the controller-manager and the scheduler to pass on"


def test_both_recovery_times_and_the_loss_are_measured() -> None:
    verdict = judge(PASSED)
    assert verdict.rto.control_plane_seconds == pytest.approx(9.7)
    assert verdict.rto.workload_seconds == pytest.approx(25.8)
    assert verdict.rpo.measured_seconds == 0
    assert verdict.rpo.acknowledged == {"api": 6, "volume": 6}
    assert verdict.join_hash_before == verdict.join_hash_after == answers.HASH


@pytest.mark.parametrize("said", [{"status": 124, "stdout": ""}, {"status": 0, "stdout": "no certificate"}])
def test_the_join_hash_is_that_of_the_machine_that_is_judged_whatever_others_answer(said: dict[str, Any]) -> None:
    of_another = {"fact": "ca-cert", "subject": "worker1", "moment": "before", "argv": ["cat"], "stderr": "", **said}
    history = inserted(story.passed(), lambda event: event.kind is Kind.FAULT, Kind.FACT, **of_another)
    assert judge(history).join_hash_before == answers.HASH
