"""CI servers read our JUnit as they read others': names, counts, attachments, sizes."""

from __future__ import annotations

import json
import re
from pathlib import Path
from xml.etree import ElementTree

import pytest
from junitparser import Error, Failure, JUnitXml

from harness.journal import History, Kind
from harness.report import merge, write_reports
from harness.report.junit import junit
from harness.report.line import DrillLine, RunSummary
from harness.report.matrix import Matrix
from harness.report.matrix_page import matrix_junit
from harness.report.merged import merged_junit
from harness.verdict import judge
from tests.report.jenkins import faults
from tests.report.test_reports import failed, folder, idle
from tests.verdict import story
from tests.verdict.edits import answering, edited, inserted

PLACE = "artifacts/20260301-030000-4242/one"


def placed(history: History, place: object = PLACE) -> History:
    return edited(history, lambda event: event.kind is Kind.DRILL, folder=place, controls=["cp-10", "dora-12.3"])


def erred() -> History:
    return inserted(story.passed(), lambda event: event.kind is Kind.END, Kind.ERROR, type="LabError", message="gone")


def one_file(history: History, tmp_path: Path) -> bytes:
    write_reports(folder(tmp_path / "d", history))
    return (tmp_path / "d" / "junit.xml").read_bytes()


def merged(tmp_path: Path) -> Path:
    for name, history in (("one", story.passed()), ("two", failed()), ("two+lose-ca", failed()), ("three", idle())):
        write_reports(folder(tmp_path / name, placed(history)))
    merge(tmp_path, ["gone"])
    return tmp_path / "junit.xml"


HISTORIES = {
    "passed": story.passed(),
    "failed": failed(),
    "idle": idle(),
    "erred": erred(),
    "empty": History(events=()),
}


@pytest.mark.parametrize("name", HISTORIES)
def test_the_file_of_a_drill_is_as_the_schema_of_jenkins_wants_it(tmp_path: Path, name: str) -> None:
    assert faults(one_file(placed(HISTORIES[name]) if name != "empty" else HISTORIES[name], tmp_path)) == []


def test_the_file_of_a_run_and_that_of_a_matrix_are_as_the_schema_of_jenkins_wants_them(tmp_path: Path) -> None:
    assert faults(merged(tmp_path).read_bytes()) == []
    assert faults(matrix_junit(Matrix(run="r", provider="rehearsal", kubernetes="v1.34.4", cells=()))) == []


def test_the_check_of_the_schema_sees_what_is_wrong() -> None:
    assert faults(b"<testsuite/>") == ["the root is testsuite"]
    suite = b'<testsuite name="a"><testcase file="x"><property/></testcase></testsuite>'
    assert len(faults(b'<testsuites disabled="0">' + suite + b"</testsuites>")) == 7


def test_in_the_file_of_a_run_no_two_cases_have_the_same_name(tmp_path: Path) -> None:
    cases = list(ElementTree.fromstring(merged(tmp_path).read_bytes()).iter("testcase"))
    names = [case.get("name") or "" for case in cases]
    assert len(set(names)) == len(names) > 300
    assert {case.get("classname") for case in cases} == {"one", "two", "two+lose-ca", "three", "gone"}
    assert "two+lose-ca: verdict" in names


def test_junitparser_reads_the_same_ends_as_the_judge_gave(tmp_path: Path) -> None:
    read = JUnitXml.fromfile(str(merged(tmp_path)))
    assert (read.tests, read.failures, read.errors, read.skipped) == (
        sum(suite.tests for suite in read),
        sum(suite.failures for suite in read),
        sum(suite.errors for suite in read),
        0,
    )
    ends = {
        case.name: type(case.result[0]) if case.result else None
        for suite in read
        for case in suite
        if case.name.endswith(": verdict")
    }
    assert ends == {
        "one: verdict": None,
        "two: verdict": Failure,
        "two+lose-ca: verdict": Failure,
        "three: verdict": Error,
        "gone: verdict": Error,
    }


def test_the_page_is_attached_on_a_line_of_its_own(tmp_path: Path) -> None:
    root = ElementTree.fromstring(one_file(placed(failed()), tmp_path))
    said = [case.findtext("system-out") or "" for case in root.iter("testcase") if case.get("name") == "verdict"]
    assert said == [f"[[ATTACHMENT|{PLACE}/report.html]]"]
    assert sum(text.count("[[ATTACHMENT|") for text in root.itertext()) == 1


@pytest.mark.parametrize("place", [None, 7, "", "a]]b", "a\nb", "\x1b[31m", ["x"]])
def test_a_place_that_cannot_be_one_is_not_attached(tmp_path: Path, place: object) -> None:
    assert b"ATTACHMENT" not in one_file(placed(story.passed(), place), tmp_path)


def test_the_properties_tell_targets_figures_controls_seed_and_version(tmp_path: Path) -> None:
    root = ElementTree.fromstring(one_file(placed(story.passed()), tmp_path))
    told = {one.get("name"): one.get("value") for one in root.iter("property")}
    verdict = judge(story.passed())
    assert told["rto.target.seconds"] == str(verdict.rto.target_seconds)
    assert told["rto.control-plane.seconds"] == str(verdict.rto.control_plane_seconds)
    assert told["rpo.target.seconds"] == "0.0"
    assert (told["seed"], told["version"], told["controls"]) == ("7", "0.1.0", "cp-10 dora-12.3")


def test_text_without_end_and_with_colours_is_cut_and_cleaned(tmp_path: Path) -> None:
    evil = "\x1b[31mred\x1b[0m\x00" + "x" * 200_000
    history = answering(story.passed(), "rollout", "recovered", {"ok": False, "saw": evil})
    history = edited(history, lambda event: event.kind is Kind.DRILL, drill=evil[:40], claim=evil)
    text = one_file(history, tmp_path)
    assert len(text) < 200_000
    assert b"\x1b" not in text
    assert b"[31m" not in text
    assert faults(text) == []


def test_a_file_that_would_be_too_large_is_told_without_how_things_held() -> None:
    verdict = judge(failed())
    drills = {name: {"junit.xml": junit(verdict, {"folder": PLACE})} for name in ("one", "two")}
    lines = tuple(DrillLine(folder=name, drill=name, verdict="failed", cause="") for name in drills)
    summary = RunSummary(run="r", drills=lines)
    whole, cut = merged_junit(drills, summary), merged_junit(drills, summary, limit=1000)
    assert len(cut) < len(whole) / 1.5
    for tag in ("testcase", "failure", "error", "property"):
        assert cut.count(f"<{tag} ".encode()) == whole.count(f"<{tag} ".encode())
    assert cut.count(b"[[ATTACHMENT|") == 2
    assert json.dumps(faults(cut)) == "[]"


@pytest.mark.parametrize("damaged", ["61畹550", "nan", "inf", "-1", "1e99"])
@pytest.mark.parametrize("attribute", ["time", "tests", "errors"])
def test_a_suite_whose_numbers_are_damaged_is_an_error_and_spoils_no_other(attribute: str, damaged: str) -> None:
    sound = junit(judge(story.passed()))
    before = re.search(rf'<testsuite [^>]*?{attribute}="([^"]*)"', sound.decode())
    assert before is not None
    broken = sound.decode().replace(f'{attribute}="{before[1]}"', f'{attribute}="{damaged}"').encode()
    lines = tuple(DrillLine(folder=name, drill=name, verdict="passed", cause="") for name in ("one", "two"))
    text = merged_junit({"one": {"junit.xml": sound}, "two": {"junit.xml": broken}}, RunSummary(run="r", drills=lines))
    one, two = ElementTree.fromstring(text)
    assert (one.get("name"), one.get("errors")) == ("os-disk-swap [one]", "0")
    assert (two.get("name"), two.get("tests"), two.get("errors")) == ("two", "1", "1")
