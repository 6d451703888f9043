"""The table of a run says each figure that was measured, and of each other one that it was not."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from harness.journal import Kind
from harness.report import merge, write_reports
from harness.report.table import TITLES, UNMEASURED
from harness.verdict import judge
from tests.report.test_reports import folder
from tests.verdict import story
from tests.verdict.edits import inserted


def cells(page: str, drill: str) -> dict[str, str]:
    """A row of the table by its titles."""
    (row,) = (line for line in page.splitlines() if line.startswith(f"| {drill} |"))
    return dict(zip(TITLES, [cell.strip() for cell in row.strip("|").split("|")], strict=True))


def written(path: Path, **report: Any) -> None:
    path.mkdir()
    (path / "report.json").write_text(json.dumps({"drill": path.name, "verdict": "passed", **report}))


def test_the_page_and_the_json_of_a_run_hold_the_figures_of_each_drill(tmp_path: Path) -> None:
    write_reports(folder(tmp_path / "one", story.passed()))
    merge(tmp_path)
    verdict = judge(story.passed())
    (line,) = json.loads((tmp_path / "run.json").read_text())["drills"]
    assert line["control_plane_seconds"] == verdict.rto.control_plane_seconds
    assert line["workload_seconds"] == verdict.rto.workload_seconds
    assert line["rpo_seconds"] == verdict.rpo.measured_seconds
    row = cells((tmp_path / "run.md").read_text(), "one")
    assert row["control plane"] == f"{verdict.rto.control_plane_seconds:.1f} s"
    assert row["RTO target"] == "300 s"


def test_what_was_not_measured_is_said_and_not_made_up(tmp_path: Path) -> None:
    written(tmp_path / "old")
    (tmp_path / "gone").mkdir()
    (tmp_path / "gone" / "journal.jsonl").touch()
    summary = merge(tmp_path)
    page = (tmp_path / "run.md").read_text()
    for drill in ("old", "gone"):
        row = cells(page, drill)
        assert {row[title] for title in ("control plane", "workload", "lost", "took", "peak memory")} == {UNMEASURED}
    assert [line.peak_memory_mib for line in summary.drills] == [None, None]


def test_a_rehearsal_and_a_sabotage_stand_over_the_table(tmp_path: Path) -> None:
    written(tmp_path / "a", provider="rehearsal", fidelity="rehearsal", sabotage="lose-ca", cause="the | hash\nchanged")
    merge(tmp_path)
    page = (tmp_path / "run.md").read_text()
    assert "no figure here is evidence" in page
    assert "Spoiled on purpose: lose-ca." in page
    assert "- `a` passed: the | hash changed" in page


def test_drills_that_are_not_offered_stay_on_record_when_the_run_is_summed_up_again(tmp_path: Path) -> None:
    written(tmp_path / "a")
    merge(tmp_path, ["a"], {"b": "no disk can die"})
    merge(tmp_path)
    assert json.loads((tmp_path / "run.json").read_text())["not_offered"] == [
        {"drill": "b", "reason": "no disk can die"}
    ]
    assert "`b` not offered: no disk can die" in (tmp_path / "run.md").read_text()


def test_the_peak_of_the_memory_is_judged_from_the_journal() -> None:
    measured = story.passed()
    for held, looks in ((700 * 1024**2, 9), (1536 * 1024**2, 40), (0, 0)):
        measured = inserted(measured, lambda event: event.kind is Kind.END, Kind.MEMORY, bytes=held, looks=looks)
    memory = judge(measured).memory
    assert (memory.peak_mib, memory.looks) == (1536.0, 40)
    assert "control groups" in memory.counted
    assert judge(story.passed()).memory.peak_mib is None


def test_looks_at_nothing_are_no_measurement() -> None:
    empty = inserted(story.passed(), lambda event: event.kind is Kind.END, Kind.MEMORY, bytes=0, looks=12)
    assert judge(empty).memory.peak_mib is None


def test_a_report_with_half_a_letter_in_it_is_summed_up(tmp_path: Path) -> None:
    written(tmp_path / "a")
    report = json.loads((tmp_path / "a/report.json").read_text())
    (tmp_path / "a/report.json").write_text(json.dumps({**report, "provider": "half \ud800 a letter"}))
    merge(tmp_path, ["a"])
    assert "half ? a letter" in (tmp_path / "run.md").read_text()
