"""Pass rate and spread of many rounds."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from harness.cli.run.outcome import Outcome
from harness.cli.run.repetition import compare, write_repetition
from harness.report.spread import repeated, spread, spread_document, spread_page


def report(seconds: float, *, verdict: str = "passed", cause: str = "", again: int = 0) -> dict[str, Any]:
    return {
        "run": "r",
        "verdict": verdict,
        "cause": cause,
        "seconds": seconds,
        "rto": {"control_plane_seconds": seconds / 10, "workload_seconds": None},
        "phases": [{"name": "lab", "seconds": 1.0}],
        "retries": [{"times": again}] if again else [],
    }


@pytest.mark.parametrize(
    ("values", "told"),
    [
        ([5.0], (5.0, 5.0, 5.0, 5.0)),
        ([3.0, 1.0], (1.0, 2.0, 3.0, 3.0)),
        ([float(one) for one in range(1, 11)], (1.0, 5.5, 9.0, 10.0)),
        ([float(one) for one in range(1, 21)], (1.0, 10.5, 18.0, 20.0)),
    ],
)
def test_a_percentile_is_a_time_that_was_measured(values: list[float], told: tuple[float, ...]) -> None:
    found = spread("x", values)
    assert (found.shortest, found.median, found.p90, found.longest) == told
    assert found.count == len(values)


def test_rounds_that_did_not_pass_count_in_the_rate_and_not_in_the_times() -> None:
    told = repeated("d", [report(60, again=3), report(70), report(2, verdict="errored", cause="no room"), {}])
    assert (told.passed, told.rate, told.asked_again) == (2, "2 of 4 (50 %)", 3)
    assert [(one.name, one.count, one.shortest) for one in told.spreads] == [
        ("whole drill", 2, 60.0),
        ("control plane", 2, 6.0),
        ("phase lab", 2, 1.0),
    ]
    page = spread_page("Title", [told])
    assert "| d | 2 of 4 (50 %) | whole drill | 2 | 60.0 s | 65.0 s | 70.0 s | 70.0 s |" in page
    assert "- `d` in run r errored: no room" in page
    assert "made again: d 3." in page


def test_nearly_all_is_not_all() -> None:
    assert repeated("d", [report(1)] * 2999 + [report(1, verdict="failed")]).rate == "2999 of 3000 (99.9 %)"
    assert repeated("d", [report(1)] * 3).rate == "3 of 3 (100 %)"


def test_a_drill_that_never_passed_is_in_the_table() -> None:
    told = repeated("d", [report(1, verdict="failed", cause="the hash | changed")])
    assert "| d | 0 of 1 (0 %) | nothing | 0 |" in spread_page("Title", [told])
    assert spread_document([told])[0]["passed"] == 0


def test_the_rounds_of_a_run_lie_beside_it_also_where_a_report_is_missing(tmp_path: Path) -> None:
    good = Outcome(drill="d", folder=tmp_path / "r1/d", verdict="passed", cause="", report=report(5))
    lost = Outcome(drill="d", folder=tmp_path / "r2/d", verdict="errored", cause="The drill left no report.", report={})
    drills = compare([[good], [lost]])
    page = write_repetition(tmp_path, "r1", drills, simulated=True)
    assert page == tmp_path / "repeat-r1.md"
    assert "`d` in run r2 errored: The drill left no report." in page.read_text()
    assert "no figure here is evidence" in page.read_text()
    (told,) = json.loads(page.with_suffix(".json").read_text())
    assert (told["drill"], told["passed"], len(told["rounds"])) == ("d", 1, 2)
