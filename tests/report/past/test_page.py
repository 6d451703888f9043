"""The page of all runs shows what counts, says what is stale, and mixes nothing into the evidence."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from pathlib import Path

from harness.report.past import Past, Rhythm, Standing, look_back, read_index, write_index
from tests.report.past.nights import FIRST, nightly, perform
from tests.report.test_reports import Loads

DAY = Rhythm(every=timedelta(hours=26))


def page(reports: Path, as_of: datetime, rhythm: Rhythm = DAY) -> str:
    write_index(reports, as_of, rhythm)
    return (reports / "index.html").read_text()


def past(reports: Path, as_of: datetime) -> Past:
    return look_back(read_index(reports), as_of)


def test_the_page_runs_nothing_closes_its_tags_and_leads_only_below_itself(tmp_path: Path) -> None:
    nightly(tmp_path, 40)
    evil = '"><script>alert(1)</script>'
    perform(tmp_path, FIRST + timedelta(days=41), ["a"], verdict="failed", cause=evil, claim=evil, kubernetes=evil)
    (tmp_path / "javascript:alert(1)").mkdir()
    perform(tmp_path / "x", FIRST, ["a"]).rename(tmp_path / "javascript:alert(1)" / "a")
    text = page(tmp_path, FIRST + timedelta(days=42))
    reader = Loads()
    reader.feed(text)
    assert reader.open == []
    assert "script" not in reader.tags
    assert all(re.match(r"\./|#", address) for address in reader.loads)
    assert not re.search(r"url\((?!#)|@import", text)


def test_links_lead_to_reports_that_are_there(tmp_path: Path) -> None:
    folder = perform(tmp_path, FIRST, ["a b&c"])
    text = page(tmp_path, FIRST)
    assert f'href="./{folder.name}/a%20b%26c/report.html"' in text


def test_a_drill_is_stale_once_its_last_pass_is_older_than_it_may_be(tmp_path: Path) -> None:
    perform(tmp_path, FIRST, ["a"])
    perform(tmp_path, FIRST + timedelta(hours=20), ["a"], verdict="failed", cause="no")
    assert "Stale: a." not in page(tmp_path, FIRST + timedelta(hours=26))
    text = page(tmp_path, FIRST + timedelta(hours=26, seconds=1))
    assert "Stale: a." in text
    assert '<td class="stale">' in text
    assert "stale since 2 March 2026, 04:30 UTC" in text
    assert "Stale" not in page(tmp_path, FIRST + timedelta(days=9), Rhythm())
    assert "Stale" not in page(tmp_path, FIRST + timedelta(days=9), Rhythm(drills={"a": timedelta(days=10)}))


def test_a_drill_that_never_passed_is_stale(tmp_path: Path) -> None:
    perform(tmp_path, FIRST, ["a"], verdict="errored", cause="no")
    assert "Stale: a." in page(tmp_path, FIRST)


def test_rehearsals_and_spoiled_drills_never_count(tmp_path: Path) -> None:
    perform(tmp_path, FIRST, ["a"])
    later = FIRST + timedelta(days=3)
    perform(tmp_path, later, ["a"], provider="rehearsal", fidelity="rehearsal")
    perform(tmp_path, later, ["a+lose-ca"], number=1, sabotage="lose-ca", verdict="failed")
    perform(tmp_path, later, ["a"], number=2, demonstration="shifted")
    (evidence,) = past(tmp_path, later).of(Standing.EVIDENCE)
    assert (evidence.passed, len(evidence.nights), evidence.last.at) == (1, 1, FIRST)
    assert evidence.is_stale(DAY, later)
    text = page(tmp_path, later)
    assert "1 rehearsal, none of them evidence" in text
    assert "1 drill with a sabotage; none of them passed." in text


def test_a_spoiled_drill_that_passed_is_said_not_to_have_noticed(tmp_path: Path) -> None:
    perform(tmp_path, FIRST, ["a"], sabotage="lose-ca")
    assert "1 of them passed, and did not notice it" in page(tmp_path, FIRST)


def test_rehearsals_alone_prove_nothing(tmp_path: Path) -> None:
    perform(tmp_path, FIRST, ["a"], provider="rehearsal", fidelity="rehearsal")
    text = page(tmp_path, FIRST)
    assert "No run in this folder is evidence of a restore." in text
    assert '<body class="errored">' in text


def test_what_was_made_for_show_is_marked_over_the_whole_page(tmp_path: Path) -> None:
    perform(tmp_path, FIRST, ["a"], demonstration="The dates are shifted")
    text = page(tmp_path, FIRST)
    assert "Demonstration, not evidence." in text
    assert '<body class="passed demonstration">' in text


def test_a_copy_of_a_run_counts_once(tmp_path: Path) -> None:
    run = perform(tmp_path, FIRST, ["a"])
    perform(tmp_path / "elsewhere", FIRST, ["a"]).rename(tmp_path / "kept-for-the-auditor")
    (tmp_path / "elsewhere").rmdir()
    (series,) = past(tmp_path, FIRST).series
    assert [night.run.folder for night in series.nights] == [run.name]


def test_the_past_ends_at_the_moment_that_is_asked_for(tmp_path: Path) -> None:
    nightly(tmp_path, 10, ["a"])
    seen = past(tmp_path, FIRST + timedelta(days=4))
    assert (len(seen.runs), seen.later, len(seen.series[0].nights)) == (5, 5, 5)
    assert "Left out, of later than this page" in page(tmp_path, FIRST + timedelta(days=4))


def test_a_run_without_a_moment_is_listed_and_counts_nowhere(tmp_path: Path) -> None:
    perform(tmp_path / "x", FIRST, ["a"], run="", started="").rename(tmp_path / "found")
    assert past(tmp_path, FIRST).series == ()
    assert "At an unknown time" in page(tmp_path, FIRST)


def test_the_page_has_the_same_bytes_for_the_same_past(tmp_path: Path) -> None:
    nightly(tmp_path, 5)
    first = page(tmp_path, FIRST + timedelta(days=5))
    (tmp_path / "index.json").unlink()
    assert page(tmp_path, FIRST + timedelta(days=5)) == first


def test_an_empty_folder_has_a_page_too(tmp_path: Path) -> None:
    assert "There is no run in this folder." in page(tmp_path, FIRST)


def test_each_day_has_one_bar_however_late_its_job_began(tmp_path: Path) -> None:
    for number, minutes in enumerate((9, 3, 14)):
        perform(tmp_path, FIRST + timedelta(days=number, minutes=minutes), ["a"])
    text = page(tmp_path, FIRST + timedelta(days=3))
    assert re.findall(r"from (\d March) 2026: (\d of \d) passed", text) == [
        ("1 March", "1 of 1"),
        ("2 March", "1 of 1"),
        ("3 March", "1 of 1"),
    ]
