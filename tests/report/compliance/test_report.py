"""The report for audits never says more than the journals do."""

from __future__ import annotations

import contextlib
import os
import re
import sys
import time
import zlib
from datetime import UTC, datetime
from pathlib import Path

import pytest

from harness.errors import SpecError, explain
from harness.facts import Moment
from harness.journal import History
from harness.report.compliance import compliance_page, to_pdf
from harness.verdict import Word
from tests.report.compliance.shelf import BEFORE, POLICY, RUN, look, on, put, read, told
from tests.verdict import answers
from tests.verdict.edits import answering, without

GOLDEN = Path(__file__).parent / "golden.html"
#: A page with this many drills has to be there before anybody gets impatient.
MANY, AT_MOST_SECONDS = 30, 3.0


def failed() -> History:
    return answering(told(), "ca-cert", Moment.RECOVERED, answers.OTHER_CA)


def cut() -> History:
    history = told()
    return History(events=history.events[: len(history.events) // 3], cut=True)


@pytest.mark.parametrize("history", [told(), failed(), cut(), told(fidelity="rehearsal"), told(sabotage="lose-ca")])
def test_it_speaks_of_evidence_and_never_of_meeting_a_control(tmp_path: Path, history: History) -> None:
    text = read(look(tmp_path, [put(tmp_path, RUN, history, day=on(9))]))
    assert "evidence for a control" in text
    assert not re.search(r"\bcompl(y|ies|ied|iant|iance)\b|\bconform|certif(y|ies)\b|\bfulfil", text, re.IGNORECASE)


@pytest.mark.parametrize(
    ("fields", "why", "never"),
    [
        (
            {"fidelity": "rehearsal"},
            "A rehearsal: machines and time are simulated, and nothing of it is evidence.",
            "never ran",
        ),
        (
            {"sabotage": "lose-ca"},
            "Spoiled on purpose with 'lose-ca': a test of the harness, and never evidence.",
            "never ran",
        ),
        ({"demonstration": "the days are moved"}, "Made for show and never performed: the days are", "never ran"),
        ({"fidelity": ""}, "Its machines are of an unknown fidelity", "never ran"),
        ({"fidelity": "dreamt"}, "Its machines are of the fidelity 'dreamt'", "never passed"),
    ],
)
def test_what_was_rehearsed_or_spoiled_is_never_evidence(
    tmp_path: Path, fields: dict[str, str], why: str, never: str
) -> None:
    dossier = look(tmp_path, [put(tmp_path, RUN, told(**fields), day=on(9))])
    text = read(dossier)
    assert dossier.tested[0].verdict.word is Word.PASSED
    assert dossier.evidence == ()
    assert f"No evidence. {why}" in text
    assert "os-disk-swap no test No evidence." in text
    assert f"none now {never}" in text


def test_a_required_drill_that_passed_counts_wherever_its_run_lies(tmp_path: Path) -> None:
    put(tmp_path, BEFORE, told(), day=on(5))
    folder = put(tmp_path, RUN, told(sabotage="lose-ca"), day=on(9))
    assert "7 days 2026-03-05, 5 days ago 2026-03-12 in time" in read(look(tmp_path, [folder]))


@pytest.mark.parametrize(
    ("history", "standing"), [(failed(), "tested, and failed"), (cut(), "proves nothing"), (told(), "evidence")]
)
def test_each_way_to_end_has_its_own_worth(tmp_path: Path, history: History, standing: str) -> None:
    text = read(look(tmp_path, [put(tmp_path, RUN, history, day=on(9))]))
    assert f"Counts as {standing} Verdict" in text


def test_a_drill_under_an_older_plan_is_a_finding(tmp_path: Path) -> None:
    text = read(look(tmp_path, [put(tmp_path, RUN, told(), day=on(9))], plan_version="3.0"))
    assert "Plan DRP-7 version 3.0; performed under DRP-7 version 2.3" in text
    assert "It was performed under version 2.3 of the plan, which is at version 3.0 now." in text


def test_all_runs_together_show_the_newest_of_each_drill(tmp_path: Path) -> None:
    put(tmp_path, BEFORE, told(), day=on(2))
    put(tmp_path, BEFORE, told("rollback"), day=on(2))
    put(tmp_path, RUN, told(), day=on(9))
    put(tmp_path, "20260310-020000-dddd", told("rollback", fidelity="rehearsal"), day=on(10))
    dossier = look(tmp_path, [])
    assert [one.folder for one in dossier.tested] == [f"{RUN}/os-disk-swap", f"{BEFORE}/rollback"]


def test_what_was_performed_after_the_day_of_the_report_is_not_in_it(tmp_path: Path) -> None:
    put(tmp_path, BEFORE, told(), day=on(2))
    folder = put(tmp_path, RUN, told(), day=on(9))
    day = datetime(2026, 3, 5, tzinfo=UTC)
    assert [one.folder for one in look(tmp_path, [], as_of=day).tested] == [f"{BEFORE}/os-disk-swap"]
    with pytest.raises(SpecError, match=r"ended at 2026-03-09 03:0.* after the day of the report") as late:
        look(tmp_path, [folder], as_of=day)
    assert "Give a later --as-of." in explain(late.value)


def test_a_damaged_journal_of_before_is_no_drill_and_no_error(tmp_path: Path) -> None:
    put(tmp_path, BEFORE, told(), day=on(2))
    journal = tmp_path / BEFORE / "os-disk-swap" / "journal.jsonl"
    first, *rest = journal.read_text().splitlines(keepends=True)
    journal.write_text(first + "".join(rest[5:]))
    assert "No earlier performance" in read(look(tmp_path, [put(tmp_path, RUN, told(), day=on(9))]))


def test_a_damaged_journal_of_the_run_is_a_finding(tmp_path: Path) -> None:
    folders = [put(tmp_path, RUN, told(), day=on(9)), put(tmp_path, RUN, told("rollback"), day=on(9))]
    (folders[1] / "journal.jsonl").write_text("no journal\n")
    text = read(look(tmp_path, folders))
    assert "it is evidence. The journal of 1 more drill cannot be read." in text
    assert "1 high rollback Its journal cannot be read, so nothing is known of it: Not a line of a journal" in text


def test_journals_of_before_policies_are_read_too(tmp_path: Path) -> None:
    history = without(told(controls=None, occasion=None), lambda event: event.kind == "lab")
    text = read(look(tmp_path, [put(tmp_path, RUN, history, day=on(9))]))
    assert "No drill of this report names a control." in text
    assert "Tester not stated" in text


def test_the_same_journals_policy_and_day_give_the_same_bytes(tmp_path: Path) -> None:
    put(tmp_path, BEFORE, told(), day=on(2))
    folders = [put(tmp_path, RUN, failed(), day=on(9)), put(tmp_path, RUN, told("rollback"), day=on(9))]
    once, again = (compliance_page(look(tmp_path, folders)) for _ in range(2))
    assert once == again
    # The look of it may change without a word of it changing.
    page = re.sub(rb"<style>.*?</style>", b"<style></style>", once, flags=re.DOTALL)
    if os.environ.get("KUBEDRILL_WRITE_GOLDEN"):
        GOLDEN.write_bytes(page)
    assert page == GOLDEN.read_bytes(), "look at the difference; KUBEDRILL_WRITE_GOLDEN=1 accepts it"


def test_it_loads_nothing_and_runs_nothing(tmp_path: Path) -> None:
    history = told(claim="<script>alert(1)</script>", occasion={"job": "javascript:alert(1)", "tester": "<b>x</b>"})
    page = compliance_page(look(tmp_path, [put(tmp_path, RUN, history, day=on(9))])).decode()
    assert "<script" not in page
    assert 'href="javascript' not in page
    assert "<b>x</b>" not in page
    assert not re.search(r"""(src=|@import|url\((?!#))""", page)


def test_many_drills_are_on_the_page_in_time(tmp_path: Path) -> None:
    drills = [f"drill-{number}" for number in range(MANY)]
    folders = [put(tmp_path, RUN, told(drill), day=on(9)) for drill in drills]
    began = time.process_time()
    page = compliance_page(look(tmp_path, folders))
    took = time.process_time() - began
    assert all(drill in page.decode() for drill in drills)
    assert took < AT_MOST_SECONDS, f"{took:.1f} s of a processor for {MANY} drills"


def test_without_the_library_a_pdf_is_refused_in_a_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "weasyprint", None)
    with pytest.raises(SpecError, match="A PDF needs the library weasyprint") as missing:
        to_pdf(b"<p>x</p>")
    assert "pip install 'kubedrill[pdf]'" in explain(missing.value)


@pytest.mark.pdf
def test_a_pdf_has_the_pages_of_the_report(tmp_path: Path) -> None:
    dossier = look(tmp_path, [put(tmp_path, RUN, told(), day=on(9))])
    paper = to_pdf(compliance_page(dossier))
    assert paper.startswith(b"%PDF-")
    assert _pages(paper) >= 5


def _pages(paper: bytes) -> int:
    """How many pages there are in what is compressed and in what is not."""
    texts = [paper]
    for packed in re.findall(rb"stream\r?\n(.*?)\r?\nendstream", paper, re.DOTALL):
        with contextlib.suppress(zlib.error):
            texts.append(zlib.decompress(packed))
    return sum(len(re.findall(rb"/Type\s*/Page\b", text)) for text in texts)


def test_the_policy_of_these_tests_leaves_nothing_out() -> None:
    assert set(POLICY) >= {"organisation", "systems", "segregation", "exclusions", "drills", "reviewers"}


def test_a_report_of_drills_that_were_performed_bears_no_mark_of_a_demonstration() -> None:
    assert "Demonstration, not evidence." not in GOLDEN.read_text()
    assert 'class="compliance"' in GOLDEN.read_text()
