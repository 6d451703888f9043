"""Nothing is asked again in silence."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from harness.journal import Event, History, Kind
from harness.report import write_reports
from harness.verdict import judge
from harness.verdict.retries import retries
from tests.drill.rehearsing import rehearse, swap


def told(*rows: dict[str, object]) -> History:
    lines = [json.dumps({"seq": n, "at": "2026-11-21T09:30:12+00:00", "mono": n, **row}) for n, row in enumerate(rows)]
    return History(events=tuple(Event.from_line(line) for line in lines))


def test_each_is_told_with_the_phase_that_it_fell_into() -> None:
    phase = {"kind": "phase", "name": "reboot"}
    retry = {"kind": "retry", "what": "the API", "times": 3, "looks": 4, "last": "refused"}
    found = retries(told({**phase, "state": "start"}, retry, {**phase, "state": "end"}, retry))
    assert [(one.what, one.times, one.looks, one.last, one.phase) for one in found] == [
        ("the API", 3, 4, "refused", "reboot"),
        ("the API", 3, 4, "refused", ""),
    ]


@pytest.mark.parametrize("times", [None, "3", True, [], {}])
def test_a_line_that_makes_no_sense_counts_nothing(times: object) -> None:
    (one,) = retries(told({"kind": "retry", "times": times}))
    assert (one.times, one.looks, one.what) == (0, 0, "")


def test_a_drill_whose_api_was_asked_again_says_so_in_its_reports(tmp_path: Path) -> None:
    history = rehearse(swap, tmp_path)
    events = list(history.of(Kind.RETRY))
    assert events
    assert all(event.data["times"] < event.data["looks"] for event in events)
    assert len(judge(history).retries) == len(events)
    folder = tmp_path / "swap"
    write_reports(folder)
    assert len(json.loads((folder / "report.json").read_text())["retries"]) == len(events)
    page = (folder / "report.html").read_text()
    assert "Asked again" in page
    assert str(events[-1].data["what"]).partition("'")[0] in page
