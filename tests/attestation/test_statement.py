"""What is signed of a run says no more than the run does, and nothing that is no evidence is signed."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

import pytest

from harness.attestation import inspect, seal
from harness.attestation.statement import statement
from harness.errors import SpecError
from harness.journal import History, Kind
from harness.report import merge, write_reports
from harness.report.document import to_bytes
from harness.verdict import Outcome, judge
from tests.attestation.stage import honest, run_in
from tests.report.test_reports import failed, idle
from tests.verdict import story
from tests.verdict.edits import edited, inserted

GOLDEN = Path(__file__).with_name("golden")


def told(run: Path) -> dict[str, Any]:
    content: dict[str, Any] = json.loads(statement(run, inspect(run).redone))
    return content


def with_header(**data: Any) -> History:
    return edited(honest(story.passed()), lambda event: event.kind is Kind.DRILL, **data)


def passed() -> History:
    return honest(story.passed())


def erred() -> History:
    return inserted(passed(), lambda event: event.kind is Kind.END, Kind.ERROR, type="LabError", message="gone")


def test_a_statement_is_the_golden_one(tmp_path: Path, golden: Any) -> None:
    # Without the digests of files, which change with each page's style.
    golden(GOLDEN / "predicate.json", to_bytes(told(run_in(tmp_path))["predicate"]))


def test_a_statement_has_the_fields_of_a_test_result_and_names_the_files_by_their_digests(tmp_path: Path) -> None:
    run = run_in(tmp_path)
    content = told(run)
    assert set(content) == {"_type", "subject", "predicateType", "predicate"}
    assert content["_type"] == "https://in-toto.io/Statement/v1"
    assert content["predicateType"] == "https://in-toto.io/attestation/test-result/v0.1"
    assert [one["name"] for one in content["subject"]] == ["manifest.json", "one/journal.jsonl", "two/journal.jsonl"]
    for one in content["subject"]:
        assert one["digest"] == {"sha256": hashlib.sha256((run / one["name"]).read_bytes()).hexdigest()}
    predicate = content["predicate"]
    assert set(predicate) == {"result", "configuration", "passedTests", "warnedTests", "failedTests"}
    assert all({"name", "digest"} <= set(one) for one in predicate["configuration"])


def test_only_a_run_of_which_all_passed_is_passed(tmp_path: Path) -> None:
    assert told(run_in(tmp_path / "a", one=passed(), two=passed()))["predicate"]["result"] == "PASSED"
    assert told(run_in(tmp_path / "b", one=passed(), two=honest(failed())))["predicate"]["result"] == "FAILED"


@pytest.mark.parametrize("history", [honest(idle()), erred()], ids=["inconclusive", "errored"])
def test_a_drill_of_which_nobody_can_tell_counts_as_failed_and_none_of_its_checks_as_passed(
    tmp_path: Path, history: History
) -> None:
    predicate = told(run_in(tmp_path, one=passed(), two=history))["predicate"]
    assert predicate["result"] == "FAILED"
    assert "two" in predicate["failedTests"]
    assert not [name for name in predicate["passedTests"] if name.startswith("two")]
    assert "one" in predicate["passedTests"]


def test_a_drill_that_left_nothing_counts_as_failed(tmp_path: Path) -> None:
    run = run_in(tmp_path, one=passed(), two=passed())
    merge(run, ["three"])
    seal(run, "20260301-030000-4242")
    predicate = told(run)["predicate"]
    assert (predicate["result"], predicate["failedTests"]) == ("FAILED", ["three"])


def test_a_drill_that_the_machines_cannot_perform_is_a_warning_and_no_test_that_passed(tmp_path: Path) -> None:
    run = run_in(tmp_path, one=passed(), two=passed())
    merge(run, [], {"changed-name": "no machine can be renamed"})
    seal(run, "20260301-030000-4242")
    predicate = told(run)["predicate"]
    assert predicate["result"] == "WARNED"
    assert "changed-name" not in json.dumps(predicate)


def test_every_check_that_did_not_hold_is_among_the_failed(tmp_path: Path) -> None:
    predicate = told(run_in(tmp_path, one=passed(), two=honest(failed())))["predicate"]
    findings = judge(failed()).findings
    by_outcome = {outcome: {f"two/{one.check}" for one in findings if one.outcome is outcome} for outcome in Outcome}
    bad = by_outcome[Outcome.BROKEN] | by_outcome[Outcome.ERRORED] | by_outcome[Outcome.BLOCKED]
    assert bad <= set(predicate["failedTests"])
    assert not bad & set(predicate["passedTests"])


def test_what_was_only_observed_is_nowhere(tmp_path: Path) -> None:
    plan = passed().first(Kind.PLAN)
    assert plan is not None
    looser = [
        {**line, "required": False, "reason": "observed: of interest"} if line["check"] == "dns" else line
        for line in plan.data["checks"]
    ]
    history = edited(passed(), lambda event: event.kind is Kind.PLAN, checks=looser)
    assert [one.outcome for one in judge(history).findings if one.check == "dns"] == [Outcome.OBSERVED]
    predicate = told(run_in(tmp_path, one=history, two=passed()))["predicate"]
    assert "two/dns" in predicate["passedTests"]
    assert "one/dns" not in json.dumps(predicate)


@pytest.mark.parametrize(
    ("header", "reason"),
    [
        ({"provider": "rehearsal"}, "is a rehearsal"),
        ({"fidelity": "rehearsal"}, "is a rehearsal"),
        ({"sabotage": "lose-ca"}, r"was spoiled on purpose \(lose-ca\)"),
        ({"demonstration": "The CA was exchanged."}, "was made for show"),
        ({"demonstration": True}, "was made for show"),
    ],
)
def test_what_is_no_evidence_is_not_signed_whatever_came_of_it(
    tmp_path: Path, header: dict[str, Any], reason: str
) -> None:
    run = run_in(tmp_path, one=passed(), two=with_header(**header))
    with pytest.raises(SpecError, match=reason):
        told(run)


def test_a_journal_that_does_not_say_what_it_is_of_is_not_signed(tmp_path: Path) -> None:
    run = run_in(tmp_path, one=passed(), two=History(events=()))
    with pytest.raises(SpecError, match="does not say in its journal what drill it is"):
        told(run)


def test_a_run_without_drills_is_not_signed(tmp_path: Path) -> None:
    merge(tmp_path)
    seal(tmp_path, "x")
    with pytest.raises(SpecError, match="no drill with a journal"):
        told(tmp_path)


def test_the_configuration_is_the_plan_whatever_the_run(tmp_path: Path) -> None:
    other = with_header(run="20260302-030000-1111", seed=8)
    plans = [
        told(run_in(tmp_path / name, one=one, two=one))["predicate"]["configuration"]
        for name, one in (("a", passed()), ("b", other))
    ]
    assert plans[0] == plans[1]
    stricter = edited(passed(), lambda event: event.kind is Kind.PLAN, rto_seconds=60.0)
    (changed, _) = told(run_in(tmp_path / "c", one=stricter, two=stricter))["predicate"]["configuration"]
    assert changed["digest"] != plans[0][0]["digest"]


def test_reports_that_are_written_again_do_not_change_the_statement(tmp_path: Path) -> None:
    run = run_in(tmp_path)
    before = statement(run, inspect(run).redone)
    for name in ("one", "two"):
        write_reports(run / name)
    seal(run, merge(run).run)
    assert statement(run, inspect(run).redone) == before
