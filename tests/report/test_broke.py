"""The page of a drill that did not pass begins at the desk: where it broke, what was said there, and what to run."""

from __future__ import annotations

import re
import shlex
from html import unescape
from pathlib import Path

import pytest

from harness.facts import Moment
from harness.journal import Event, History, Kind
from harness.report import write_reports
from harness.report.pivot import pivot
from harness.verdict import judge
from tests.report.test_reports import failed, folder, idle
from tests.verdict import story
from tests.verdict.edits import answering, inserted


def lab_broke() -> History:
    """A command on the machine fails while the cluster is built, and ends everything."""
    history = story.passed()
    end = next(one for one in history.events if one.kind is Kind.PHASE and one.data["state"] == "end")
    history = History(events=tuple(one for one in history.events if one.seq <= end.seq))
    argv = ["kubeadm", "init", "--config", "/run/it's.yaml"]
    wrong = {"node": "master1", "argv": argv, "status": 1, "stdout": "", "stderr": "no such file", "seconds": 1.0}
    history = inserted(history, lambda one: one.seq == end.seq, Kind.COMMAND, **wrong)
    last = history.events[-1]
    more = (
        Event(
            seq=last.seq + 1, at=last.at, mono=last.mono, kind=Kind.ERROR, data={"where": "drill", "message": "gone"}
        ),
        Event(seq=last.seq + 2, at=last.at, mono=last.mono, kind=Kind.END, data={"outcome": "error"}),
    )
    return History(events=(*history.events, *more))


def section(path: Path, history: History, console: str | None = None) -> str:
    """The text of 'Where it broke', empty where the page has none."""
    target = folder(path, history)
    if console is not None:
        (target / "evidence" / "master1.console.log").write_text(console)
    write_reports(target)
    found = re.search(r'<section class="broke">.*?</section>', (target / "report.html").read_text(), re.S)
    return unescape(re.sub(r"<[^>]+>", "\n", found[0])) if found else ""


def test_a_passed_drill_broke_nowhere(tmp_path: Path) -> None:
    assert section(tmp_path / "d", story.passed()) == ""


def test_the_first_broken_claim_leads_with_its_cause_and_its_evidence(tmp_path: Path) -> None:
    found = pivot(judge(failed()), failed())
    assert found is not None
    assert found.finding is not None
    assert found.finding.check == "join-hash"
    assert found.event.seq in found.finding.evidence
    text = section(tmp_path / "d", failed())
    assert "The join hash is the same as before" in text
    assert found.finding.cause in text
    assert f"line {found.event.seq} of the journal" in text


def test_a_lab_that_broke_leads_to_the_command_that_failed(tmp_path: Path) -> None:
    history = lab_broke()
    found = pivot(judge(history), history)
    assert found is not None
    assert (found.event.kind, found.machine, found.finding) == (Kind.COMMAND, "master1", None)
    text = section(tmp_path / "d", history)
    assert "No claim is known to be broken" in text
    assert "no such file" in text


def test_commands_can_be_pasted_as_they_were_run(tmp_path: Path) -> None:
    lines = section(tmp_path / "d", lab_broke()).splitlines()
    assert "# on master1" in lines
    typed = lines[lines.index("# on master1") + 2]
    assert shlex.split(typed) == ["kubeadm", "init", "--config", "/run/it's.yaml"]
    assert any(line.startswith("kubedrill repro 20260301-030000-4242 os-disk-swap") for line in lines)


def test_of_a_console_with_times_the_lines_of_that_moment_are_shown(tmp_path: Path) -> None:
    history = lab_broke()
    found = pivot(judge(history), history)
    assert found is not None
    at = found.event.at
    then = f"{at:%Y-%m-%dT%H:%M:%S}.123456789+00:00 stdout F kubelet.service: Failed"
    text = section(tmp_path / "d", history, f"1999-01-01T00:00:00.5Z stdout F long ago\n{then}\nnonsense\n")
    assert f"{at:%H:%M:%S} kubelet.service: Failed" in text
    assert "long ago" not in text
    assert "said nothing at that time" in section(tmp_path / "e", history, "1999-01-01T00:00:00Z stdout F long ago\n")


def test_of_a_console_without_times_the_end_is_shown_and_said_to_be_that(tmp_path: Path) -> None:
    text = section(tmp_path / "d", lab_broke(), "[    1.0] one\n[    2.0] two\n")
    assert "whose lines have no time" in text
    assert "[    2.0] two" in text


@pytest.mark.parametrize("history", [idle(), History(events=()), History(events=story.passed().events[:30], cut=True)])
def test_whatever_ended_a_drill_its_page_is_written(tmp_path: Path, history: History) -> None:
    text = section(tmp_path / "d", history)
    assert text.startswith("\n") or not history.events


def test_what_is_said_there_stays_text(tmp_path: Path) -> None:
    evil = "<script>alert(1)</script>\x1b[31m"
    history = answering(failed(), "ca-cert", Moment.RECOVERED, evil)
    target = folder(tmp_path / "d", history)
    (target / "evidence" / "master1.console.log").write_text(evil)
    write_reports(target)
    assert "<script" not in (target / "report.html").read_text()
