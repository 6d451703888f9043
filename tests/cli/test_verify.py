from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from harness.attestation import seal
from harness.report import merge, write_reports
from tests.attestation.stage import brief
from tests.cli.stage import parent, request
from tests.report.test_reports import folder
from tests.verdict.edits import edited

Command = Callable[..., int]


def test_a_run_is_sealed_and_is_whole_once_its_reports_are_those_of_its_journals(
    kubedrill: Command, home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    made = parent("passed")[0].perform(request(home / "reports")).folder
    assert {path.name for path in made.iterdir()} >= {"manifest.json", "SHA256SUMS"}
    # The stage's child makes its verdict up, and has no page.
    assert kubedrill("verify") == 1
    shown = capsys.readouterr().out
    assert f"BROKEN  {made.name}" in shown
    assert "'os-disk-swap/report.json' is not what this judge makes of the journal" in shown
    assert "'os-disk-swap/report.html' is missing" in shown
    assert kubedrill("report") == 3
    assert kubedrill("verify") == 0
    assert kubedrill("verify", str(made)) == 0
    assert f"WHOLE   {made.name}" in capsys.readouterr().out


def test_verify_writes_nothing_and_says_the_same_as_json(
    kubedrill: Command, home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    place = home / "reports" / "20260301-030000-4242"
    write_reports(folder(place / "one", brief()))
    merge(place)
    before = {path: path.stat().st_mtime_ns for path in place.rglob("*")}
    assert kubedrill("verify", place.name, "--json") == 1
    told = json.loads(capsys.readouterr().out)
    assert told["problems"] == ["'manifest.json' is missing: nothing says which files belong to the run"]
    assert (told["run"], told["whole"]) == (place.name, False)
    assert {path: path.stat().st_mtime_ns for path in place.rglob("*")} == before
    assert kubedrill("report", place.name) == 3
    capsys.readouterr()
    assert kubedrill("verify", place.name, "--json") == 0
    assert json.loads(capsys.readouterr().out)["whole"] is True


def test_what_is_no_run_is_bad_input(kubedrill: Command, home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (home / "reports" / "latest").mkdir(parents=True)
    assert kubedrill("verify") == 2
    assert "is not the folder of a run" in capsys.readouterr().err
    assert kubedrill("verify", "20260301-030000-0000") == 2


def test_oscal_is_written_on_demand_then_kept_up_and_held_against_the_journals(
    kubedrill: Command, home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    place = home / "reports" / "20260301-030000-4242"
    marked = edited(brief(), lambda event: event.seq == 0, controls=["cp-10"])
    write_reports(folder(place / "one", marked))
    path = place / "assessment-results.json"
    assert kubedrill("report", place.name) == 3
    assert not path.exists()
    assert kubedrill("report", place.name, "--oscal") == 3
    first = path.read_bytes()
    assert b'"control-id": "cp-10"' in first
    assert kubedrill("verify", place.name) == 0
    path.write_bytes(first.replace(b"cp-10", b"cp-11"))
    seal(place, place.name)
    capsys.readouterr()
    assert kubedrill("verify", place.name) == 1
    assert "'assessment-results.json' is not what the journals show of controls" in capsys.readouterr().out
    assert kubedrill("report", place.name) == 3
    assert path.read_bytes() == first
    assert kubedrill("verify", place.name) == 0
    assert kubedrill("report", str(place / "one"), "--oscal") == 2


def test_oscal_names_the_drill_whose_journal_is_damaged_and_is_still_what_the_journals_show(
    kubedrill: Command, home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    place = home / "reports" / "20260301-030000-4242"
    write_reports(folder(place / "one", edited(brief(), lambda event: event.seq == 0, controls=["cp-10"])))
    (folder(place / "two", brief()) / "journal.jsonl").write_text("no journal\n")
    assert kubedrill("report", place.name, "--oscal") == 3
    assert b"'two', for its journal cannot be read" in (place / "assessment-results.json").read_bytes()
    capsys.readouterr()
    assert kubedrill("verify", place.name) == 1
    said = capsys.readouterr().out
    assert "'two'" in said
    assert "assessment-results.json" not in said


def test_a_run_that_names_no_control_has_no_oscal(
    kubedrill: Command, home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    place = home / "reports" / "20260301-030000-4242"
    write_reports(folder(place / "one", brief()))
    assert kubedrill("report", place.name, "--oscal") == 2
    assert "says which controls it is evidence for" in capsys.readouterr().err
    assert not (place / "assessment-results.json").exists()
    assert kubedrill("report", place.name) == 3
    (place / "assessment-results.json").write_text("{}")
    seal(place, place.name)
    assert kubedrill("verify", place.name) == 1
    assert "'assessment-results.json' cannot be of this run" in capsys.readouterr().out
