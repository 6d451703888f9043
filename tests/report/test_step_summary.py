"""What a CI server shows beside the job: the verdict first, and never more than it takes."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.report import summary_of
from harness.report.step_summary import SABOTAGES, cut, step_summary

FINDINGS = [
    {
        "check": "join-hash",
        "claim": "The hash is that of before",
        "outcome": "broken",
        "cause": "it is\nanother <b>`x`",
    },
    {"check": "life", "claim": "It lives", "outcome": "blocked", "cause": "the hash"},
    {"check": "pods", "claim": "Pods run", "outcome": "held", "saw": "2 pods"},
]


def run_folder(parent: Path, name: str = "20261122-040000-4f2a", **verdicts: str) -> Path:
    folder = parent / name
    for drill, verdict in verdicts.items():
        (folder / drill).mkdir(parents=True)
        findings = [] if verdict == "passed" else FINDINGS
        report = {"drill": drill, "verdict": verdict, "cause": "", "findings": findings, "provider": "container"}
        (folder / drill / "report.json").write_text(json.dumps(report))
    return folder


def test_verdicts_come_first_and_then_what_did_not_hold(tmp_path: Path) -> None:
    folder = run_folder(tmp_path, one="passed", two="failed")
    lines = step_summary([(folder, summary_of(folder))]).splitlines()
    assert lines[:3] == ["# Run 20261122-040000-4f2a", "", "**1 of 2 drills passed, 1 failed.**"]
    assert "## two: failed" in lines
    assert "## one: passed" not in lines
    assert "- **broken** `join-hash` The hash is that of before: it is another &lt;b>'x'" in lines
    assert "- **blocked** `life`" in lines
    assert not any("pods" in line for line in lines)


def test_a_drill_without_a_report_is_not_passed_over(tmp_path: Path) -> None:
    folder = run_folder(tmp_path, one="passed")
    (folder / "two").mkdir()
    (folder / "two" / "journal.jsonl").touch()
    assert "1 of 2 drills passed, 1 errored" in step_summary([(folder, summary_of(folder))])


def test_several_runs_are_one_page(tmp_path: Path) -> None:
    runs = [run_folder(tmp_path, "a", one="passed"), run_folder(tmp_path, "b", two="errored")]
    text = step_summary([(folder, summary_of(folder)) for folder in runs])
    assert text.index("# Run a") < text.index("# Run b") < text.index("## two: errored")


def test_a_run_of_sabotages_shows_its_matrix_and_no_failure_that_was_wanted(tmp_path: Path) -> None:
    folder = run_folder(tmp_path, one="failed")
    (folder / SABOTAGES).write_text("# Sabotages of run x\n")
    assert step_summary([(folder, summary_of(folder))]) == "# Sabotages of run x\n"


def test_looking_writes_nothing(tmp_path: Path) -> None:
    folder = run_folder(tmp_path, one="passed")
    before = sorted(folder.rglob("*"))
    step_summary([(folder, summary_of(folder))])
    assert sorted(folder.rglob("*")) == before


@given(
    lines=st.lists(st.text(st.characters(blacklist_categories=["Cs", "Cc", "Zl", "Zp"]))), limit=st.integers(1024, 3000)
)
def test_a_summary_is_never_longer_than_its_limit_and_says_what_is_missing(lines: list[str], limit: int) -> None:
    text = "".join(f"{line}\n" for line in lines)
    short = cut(text, limit)
    assert len(short.encode()) <= limit
    if len(text.encode()) <= limit:
        assert short == text
    else:
        kept, _, note = short.rpartition("\n**Cut here: ")
        assert text.startswith(kept)
        left = int(note.split()[0])
        assert kept.splitlines() == text.splitlines()[: len(text.splitlines()) - left]
        assert 0 < left <= len(lines)


@pytest.mark.parametrize("size", [1023, 1024, 1025])
def test_the_limit_is_met_to_the_byte(size: int) -> None:
    text = "x" * 99 + "\n"
    text = text * 20
    text = text[: size - 1] + "\n"
    assert (cut(text, 1024) == text) is (size <= 1024)
