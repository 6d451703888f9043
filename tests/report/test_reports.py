"""Reports say what the verdict says, the same bytes each time, to scripts, CI servers and people."""

from __future__ import annotations

import json
import os
import re
from html.parser import HTMLParser
from pathlib import Path
from xml.etree import ElementTree

import pytest

from harness.errors import JournalError
from harness.facts import Moment
from harness.journal import History, Kind
from harness.report import exit_status, merge, write_reports
from harness.report.element import e
from harness.verdict import Word
from tests.verdict import answers, story
from tests.verdict.edits import answering, edited, inserted, is_fact, without

GOLDEN = Path(__file__).parent / "golden"
CONSOLE = "\x1b[0;32m[  OK  ]\x1b[0m Started kubelet.service\r\n" * 3
CONTRACT = {
    "schema_version",
    "drill",
    "verdict",
    "provider",
    "fidelity",
    "findings",
    "phases",
    "rto",
    "rpo",
    "join_hash_before",
    "join_hash_after",
    "harness_seconds",
}


def failed() -> History:
    """A new CA and a forgotten podSubnet; one question was never asked."""
    history = story.passed()
    for moment in (Moment.RECOVERED, Moment.REBOOTED):
        history = answering(history, "ca-cert", moment, answers.OTHER_CA)
    forgotten = {"data": {"ClusterConfiguration": "networking:\n  dnsDomain: cluster.local\n"}}
    history = answering(history, "kubeadm-config", Moment.RECOVERED, forgotten)
    return without(history, lambda event: is_fact(event, "resolve"))


def idle() -> History:
    return answering(story.passed(), "os-disk", Moment.FAULTED, {"slot": "a", "serial": "kd-a"})


def folder(path: Path, history: History) -> Path:
    (path / "evidence").mkdir(parents=True)
    text = "".join(event.to_line() + "\n" for event in history.events)
    (path / "journal.jsonl").write_bytes(text.encode(errors="replace"))
    (path / "evidence" / "master1.console.log").write_text(CONSOLE)
    return path


def suite(path: Path) -> ElementTree.Element:
    found = ElementTree.fromstring((path / "junit.xml").read_bytes()).find("testsuite")
    assert found is not None
    return found


def case(path: Path, name: str) -> ElementTree.Element:
    return next(one for one in suite(path).iter("testcase") if one.get("name") == name)


class Loads(HTMLParser):
    """Everything that a page would fetch, and the tags left open."""

    def __init__(self) -> None:
        super().__init__()
        self.loads: list[str] = []
        self.open: list[str] = []
        self.tags: set[str] = set()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.loads += [str(value) for name, value in attrs if name in ("src", "href", "xlink:href", "srcset", "data")]
        if tag not in ("meta", "br", "link", "hr"):
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


@pytest.mark.parametrize(("name", "history"), [("passed", story.passed()), ("failed", failed())])
@pytest.mark.parametrize("report", ["report.json", "junit.xml", "report.html"])
def test_reports_are_the_golden_ones(tmp_path: Path, name: str, history: History, report: str) -> None:
    write_reports(folder(tmp_path / name, history))
    written = (tmp_path / name / report).read_bytes()
    golden = GOLDEN / f"{name}.{report}"
    if os.environ.get("KUBEDRILL_WRITE_GOLDEN"):
        golden.write_bytes(written)
    assert written == golden.read_bytes(), "look at the difference; KUBEDRILL_WRITE_GOLDEN=1 accepts it"


def test_reports_done_again_have_the_same_bytes_and_leave_nothing_else(tmp_path: Path) -> None:
    path = folder(tmp_path / "d", story.passed())
    write_reports(path)
    first = {file.name: file.read_bytes() for file in path.iterdir() if file.is_file()}
    write_reports(path)
    assert {file.name: file.read_bytes() for file in path.iterdir() if file.is_file()} == first
    assert sorted(first) == ["journal.jsonl", "junit.xml", "report.html", "report.json"]
    assert (path / "report.html").stat().st_mode & 0o777 == 0o644


def test_report_json_has_the_fields_that_scripts_rely_on(tmp_path: Path) -> None:
    write_reports(folder(tmp_path / "d", failed()))
    report = json.loads((tmp_path / "d" / "report.json").read_text())
    assert set(report) >= CONTRACT
    assert report["schema_version"] == 1
    assert report["verdict"] == "failed"
    assert all({"claim", "outcome", "cause", "evidence"} <= set(one) for one in report["findings"])
    assert all({"name", "start", "seconds", "waiting_on"} <= set(one) for one in report["phases"])


def test_in_junit_a_broken_check_is_a_failure_and_an_unanswered_one_an_error(tmp_path: Path) -> None:
    path = folder(tmp_path / "d", failed())
    write_reports(path)
    assert case(path, "verdict").find("failure") is not None
    assert case(path, "kubeadm-config").find("failure") is not None
    assert case(path, "dns").find("error") is not None
    assert len(case(path, "new-write").findall("*")) == 1


def test_in_junit_an_inconclusive_drill_has_errors_and_no_failure(tmp_path: Path) -> None:
    path = folder(tmp_path / "d", idle())
    assert write_reports(path).word is Word.INCONCLUSIVE
    assert suite(path).get("failures") == "0"
    assert all(case(path, name).find("error") is not None for name in ("verdict", "fault-bit", "rpo"))


def test_in_junit_a_drill_whose_lab_erred_is_never_green(tmp_path: Path) -> None:
    message = "\x1b[31mgone\x1b[0m \x00<&>"
    history = inserted(
        story.passed(), lambda event: event.kind is Kind.END, Kind.ERROR, type="LabError", message=message
    )
    path = folder(tmp_path / "d", history)
    assert write_reports(path).word is Word.ERRORED
    error = case(path, "verdict").find("error")
    assert error is not None
    assert error.get("message") == "gone <&>"


@pytest.mark.parametrize("history", [story.passed(), failed(), idle()], ids=["passed", "failed", "idle"])
def test_in_junit_names_are_unique_and_nothing_is_skipped(tmp_path: Path, history: History) -> None:
    path = folder(tmp_path / "d", history)
    write_reports(path)
    names = [one.get("name") for one in suite(path).iter("testcase")]
    assert len(set(names)) == len(names)
    assert b"<skipped" not in (path / "junit.xml").read_bytes()
    assert suite(path).get("skipped") == "0"


@pytest.mark.parametrize("history", [story.passed(), failed(), idle(), History(events=())])
def test_the_page_loads_nothing_runs_nothing_and_closes_its_tags(tmp_path: Path, history: History) -> None:
    path = folder(tmp_path / "d", history)
    write_reports(path)
    text = (path / "report.html").read_text()
    reader = Loads()
    reader.feed(text)
    assert (reader.loads, reader.open) == ([], [])
    assert "script" not in reader.tags
    assert not re.search(r"url\((?!#)|@import", text)


def test_hostile_text_in_a_journal_stays_text(tmp_path: Path) -> None:
    evil = "</style></pre><script>alert(1)</script>\"'\x1b[31m\x00"
    history = edited(story.passed(), lambda event: event.kind is Kind.DRILL, claim=evil, drill=evil, limits=[evil])
    history = edited(history, lambda event: event.kind is Kind.PHASE and event.data["name"] == "reboot", name=evil)
    history = answering(history, "rollout", Moment.RECOVERED, {"ok": False, "saw": evil})
    path = folder(tmp_path / "d", history)
    (path / "evidence" / "spare1.console.log").write_text("</pre><script>")
    write_reports(path)
    text = (path / "report.html").read_text()
    assert "<script" not in text
    assert "&lt;script&gt;alert(1)" in text
    assert suite(path).get("tests")


def test_the_page_shows_consoles_without_terminal_colours(tmp_path: Path) -> None:
    path = folder(tmp_path / "d", story.passed())
    write_reports(path)
    text = (path / "report.html").read_text()
    assert "[  OK  ] Started kubelet.service" in text
    assert "\x1b" not in text


def test_the_page_names_the_cause_the_lease_wait_and_what_it_cannot_show(tmp_path: Path) -> None:
    path = folder(tmp_path / "d", failed())
    write_reports(path)
    text = (path / "report.html").read_text()
    assert "The join hash has changed" in text
    assert "the leases of the controller-manager and the scheduler to pass on, 15.6 s" in text
    assert "What this cannot show" in text
    assert "detection of the fault and the decision to recover" in text


def test_a_journal_made_for_show_is_marked_in_everything_that_is_derived_from_it(tmp_path: Path) -> None:
    told = "The dates are not those on which it happened"
    path = folder(tmp_path / "d", edited(story.passed(), lambda one: one.kind is Kind.DRILL, demonstration=told))
    write_reports(path)
    merge(tmp_path)
    page = (path / "report.html").read_text()
    assert "Demonstration, not evidence." in page
    assert '<body class="passed demonstration">' in page
    assert json.loads((path / "report.json").read_text())["demonstration"] == told
    assert f'name="demonstration" value="{told}"' in (path / "junit.xml").read_text()
    assert f"**Demonstration, not evidence.** {told}" in (tmp_path / "run.md").read_text()
    assert json.loads((tmp_path / "run.json").read_text())["drills"][0]["demonstration"] == told


def test_a_folder_without_a_journal_is_an_error_that_says_so(tmp_path: Path) -> None:
    with pytest.raises(JournalError, match="There is no journal in"):
        write_reports(tmp_path)


def test_a_torn_journal_still_gets_its_reports(tmp_path: Path) -> None:
    path = folder(tmp_path / "d", story.passed())
    journal = path / "journal.jsonl"
    journal.write_bytes(journal.read_bytes()[:-40])
    assert write_reports(path).word is Word.ERRORED
    assert (path / "report.html").exists()


@pytest.mark.parametrize(
    ("words", "status"),
    [
        (["passed"], 0),
        (["passed", "passed"], 0),
        (["passed", "failed"], 1),
        (["failed", "errored"], 1),
        (["passed", "errored"], 3),
        (["inconclusive"], 3),
        ([], 3),
        (["splendid"], 3),
    ],
)
def test_the_exit_status_is_computed_from_the_verdicts(words: list[str], status: int) -> None:
    assert exit_status(words) == status


def test_a_run_is_summed_up_from_its_drills(tmp_path: Path) -> None:
    for name, history in (("one", story.passed()), ("two", failed())):
        write_reports(folder(tmp_path / name, history))
    summary = merge(tmp_path, expected=["one", "two", "three"])
    assert summary.status == 1
    content = json.loads((tmp_path / "run.json").read_text())
    assert [(line["folder"], line["verdict"]) for line in content["drills"]] == [
        ("one", "passed"),
        ("three", "errored"),
        ("two", "failed"),
    ]
    assert content["exit_status"] == 1
    root = ElementTree.fromstring((tmp_path / "junit.xml").read_bytes())
    assert [one.get("name") for one in root] == ["os-disk-swap [one]", "three", "os-disk-swap [two]"]
    assert int(root.get("tests") or 0) == sum(len(one.findall("testcase")) for one in root)


def test_a_drill_whose_report_is_lost_is_errored(tmp_path: Path) -> None:
    folder(tmp_path / "one", story.passed())
    assert merge(tmp_path).status == 3
    write_reports(tmp_path / "one")
    assert merge(tmp_path).status == 0
    (tmp_path / "one" / "report.json").write_text("{")
    assert merge(tmp_path).status == 3


def test_a_run_without_drills_is_no_success(tmp_path: Path) -> None:
    assert merge(tmp_path).status == 3


def test_elements_escape_their_text_and_their_attributes() -> None:
    element = e("p", "<b>&", e("br"), class_='a"b', aria_label="<", hidden=False, open=True)
    assert element.render() == '<p class="a&quot;b" aria-label="&lt;" open="">&lt;b&gt;&amp;<br></p>'
