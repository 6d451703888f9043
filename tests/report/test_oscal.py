"""OSCAL gets what the drills showed, and never more: nothing is satisfied of which nobody can tell."""

from __future__ import annotations

import json
import os
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from harness.errors import SpecError
from harness.journal import History, Kind
from harness.report.oscal import Assessed, assessment_results
from harness.verdict import Word, judge
from tests.report.oscal_rules import faults
from tests.report.test_reports import failed, idle
from tests.verdict import story
from tests.verdict.edits import edited, inserted

GOLDEN = Path(__file__).with_name("golden") / "assessment-results.json"
RUN = "20260301-030000-4242"
CONTROLS = ["cp-10", "cp-9.2", "dora-12.3"]


def marked(history: History, **header: Any) -> History:
    return edited(history, lambda event: event.kind is Kind.DRILL, **{"controls": CONTROLS, **header})


def erred() -> History:
    return inserted(story.passed(), lambda event: event.kind is Kind.END, Kind.ERROR, type="LabError", message="gone")


def text(**drills: History) -> bytes:
    return assessment_results(
        RUN, {name: Assessed(history=one, verdict=judge(one), sha256="ab" * 32) for name, one in drills.items()}
    )


def results(**drills: History) -> list[dict[str, Any]]:
    content = json.loads(text(**drills))
    assert faults(content) == []
    found: list[dict[str, Any]] = content["assessment-results"]["results"]
    return found


ALL = {"one": marked(story.passed()), "two": marked(failed()), "three": marked(idle()), "four": marked(erred())}


def test_the_document_is_the_golden_one() -> None:
    written = text(**ALL)
    if os.environ.get("KUBEDRILL_WRITE_GOLDEN"):
        GOLDEN.write_bytes(written)
    assert written == GOLDEN.read_bytes(), "look at the difference; KUBEDRILL_WRITE_GOLDEN=1 accepts it"


@pytest.mark.trestle
def test_trestle_reads_the_document_as_oscal_1_2_1() -> None:
    from trestle.oscal import OSCAL_VERSION
    from trestle.oscal.assessment_results import Model

    assert OSCAL_VERSION == "1.2.1"
    Model.model_validate(json.loads(text(**ALL)))


def test_what_passed_is_satisfied_and_what_failed_is_not() -> None:
    for history, state in ((marked(story.passed()), "satisfied"), (marked(failed()), "not-satisfied")):
        (result,) = results(one=history)
        assert [one["target"]["target-id"] for one in result["findings"]] == [f"{one}_smt" for one in CONTROLS]
        assert {one["target"]["status"]["state"] for one in result["findings"]} == {state}
        observations = {one["uuid"] for one in result["observations"]}
        assert {one["related-observations"][0]["observation-uuid"] for one in result["findings"]} == observations


@pytest.mark.parametrize(
    ("history", "remark"),
    [
        (marked(idle()), "the drill is inconclusive"),
        (marked(erred()), "the drill is errored"),
        (marked(story.passed(), provider="rehearsal", fidelity="rehearsal"), "is a rehearsal"),
        (marked(story.passed(), sabotage="lose-ca"), "was spoiled on purpose"),
        (marked(failed(), sabotage="lose-ca"), "was spoiled on purpose"),
        (marked(story.passed(), demonstration="The CA was exchanged."), "was made for show"),
    ],
)
def test_of_what_nobody_can_tell_or_what_is_no_evidence_there_is_no_finding_but_a_remark(
    history: History, remark: str
) -> None:
    (result,) = results(one=history)
    assert "findings" not in result
    assert remark in result["remarks"]
    assert '"satisfied"' not in json.dumps(result)


def test_a_drill_without_controls_is_left_out_and_a_run_without_any_is_refused() -> None:
    assert len(results(one=marked(story.passed()), two=story.passed())) == 1
    for nothing in (story.passed(), marked(story.passed(), controls=[]), marked(story.passed(), controls="cp-10")):
        with pytest.raises(SpecError, match="says which controls it is evidence for"):
            text(one=nothing)


def test_each_drill_that_shows_nothing_is_named_with_its_reason() -> None:
    late = story.passed().events
    drills: dict[str, Assessed | None] = {
        "damaged": None,
        "dateless": _assessed(marked(History(events=(*late[:-1], replace(late[-1], mono=1e300))))),
        "mute": _assessed(story.passed()),
        "one": _assessed(ALL["one"]),
    }
    content = json.loads(assessment_results(RUN, drills))
    assert faults(content) == []
    _, told = content["assessment-results"]["metadata"]["remarks"].split("no finding. ")
    assert told == (
        "Not in here: 'damaged', for its journal cannot be read. "
        "Not in here: 'dateless', for its journal tells no time. "
        "Not in here: 'mute', for it names no control."
    )


def test_a_run_of_damaged_journals_is_not_said_to_name_no_controls() -> None:
    with pytest.raises(SpecError, match="No journal of the run '20260301-030000-4242' can be read"):
        assessment_results(RUN, {"one": None, "two": None})
    with pytest.raises(SpecError, match="says which controls"):
        assessment_results(RUN, {"one": None, "two": _assessed(story.passed())})


def test_the_same_journals_have_the_same_bytes_and_other_runs_other_ids() -> None:
    assert text(**ALL) == text(**dict(reversed(ALL.items())))
    ids = [one["uuid"] for one in results(**ALL)]
    assert len(set(ids)) == 4
    other = json.loads(assessment_results("20260302-030000-4242", {"one": _assessed(ALL["one"])}))
    assert other["assessment-results"]["results"][0]["uuid"] not in ids


def _assessed(history: History) -> Assessed:
    return Assessed(history=history, verdict=judge(history), sha256="ab" * 32)


@pytest.mark.parametrize(
    "header",
    [
        {"controls": ["cp-10", "CP 10", "", 7, "a\nb", "../x", "cp-10", "<b>"]},
        {"drill": "a\nb\x1b[31m", "claim": "", "kubernetes": " \n ", "version": "\x00"},
        {"drill": "", "claim": "\x1b[31m\x00<script>\n\n", "provider": "  x\ty "},
    ],
)
def test_whatever_a_journal_says_the_document_is_one(header: dict[str, Any]) -> None:
    (result,) = results(one=marked(failed(), **header))
    (selection,) = result["reviewed-controls"]["control-selections"]
    assert {one["control-id"] for one in selection["include-controls"]} in ({"cp-10"}, set(CONTROLS))


@pytest.mark.parametrize("name", ["a b", "\udcff", "a\nb", "ü", "#x", "a%b"])
def test_odd_names_of_folders_are_written_as_addresses(name: str) -> None:
    (result,) = results(**{name: marked(story.passed())})
    (journal, _) = result["observations"][0]["relevant-evidence"]
    assert journal["href"].isascii()
    assert journal["href"].isprintable()
    assert " " not in journal["href"]


def test_times_that_cannot_be_written_down_are_left_out() -> None:
    first, *rest = story.passed().events
    for late in (replace(rest[-1], mono=1e300), replace(rest[-1], mono=1e15)):
        with pytest.raises(SpecError):
            text(one=marked(History(events=(first, *rest[:-1], late))))


def test_the_rules_see_what_is_wrong() -> None:
    content = json.loads(text(one=marked(story.passed())))
    result = content["assessment-results"]["results"][0]
    assert judge(ALL["one"]).word is Word.PASSED
    for spoil in (
        lambda: result["findings"][0]["target"]["status"].update(state="skipped"),
        lambda: result["findings"][1].update({"related-observations": []}),
        lambda: result.update(more="x"),
        lambda: result.pop("start"),
        lambda: result["observations"][0].update(uuid="x"),
        lambda: content["assessment-results"].pop("metadata"),
    ):
        before = len(faults(content))
        spoil()
        assert len(faults(content)) == before + 1
