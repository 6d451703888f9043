"""A month that is made for show is marked in every page, and is no evidence of anything."""

from __future__ import annotations

import json
import re
import shutil
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from harness.attestation.statement import PREDICATE
from harness.cli.app import make_app
from harness.cli.guard import guarded
from harness.errors import SpecError
from harness.report.past import Standing, look_back, read_index
from tests.attestation.pem import pair
from tests.attestation.stage import honest
from tests.month.__main__ import main
from tests.month.calendar import nights
from tests.month.source import Source, find_sources
from tests.month.statements import SHOWN, write_statements
from tests.report.compliance.shelf import told
from tests.report.test_reports import failed, folder
from tests.verdict import story

LAST = datetime(2026, 4, 30, 2, 30, tzinfo=UTC)


@pytest.fixture(scope="module")
def month(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Three nights out of one passed and one failed journal."""
    place = tmp_path_factory.mktemp("month")
    folder(place / "given" / "good", honest(told()))
    folder(place / "given" / "bad", honest(told(history=failed())))
    words = ["--from", str(place / "given"), "--reports", str(place / "out"), "--nights", "3", "--until", "2026-04-30"]
    assert main(words) == 0
    return place / "out"


def test_every_page_that_is_derived_says_that_it_is_for_show(month: Path) -> None:
    pages = [*month.rglob("report.html"), *month.rglob("run.md"), month / "index.html"]
    assert len(pages) == 7
    assert all("Demonstration, not evidence." in page.read_text() for page in pages)
    said = [json.loads(path.read_text())["demonstration"] for path in month.rglob("report.json")]
    assert len(said) == 3
    assert all("the dates are others" in one for one in said)
    suites = [path.read_text() for path in month.rglob("os-disk-swap/junit.xml")]
    assert len(suites) == 3
    assert all('name="demonstration"' in one for one in suites)
    audit = (month / "compliance.html").read_text()
    assert "Demonstration, not evidence." in audit
    assert 'class="compliance demonstration"' in audit
    assert "made for show" in audit
    assert "no test" in audit


def test_a_night_of_it_is_whole_shows_nothing_of_its_controls_and_is_not_signed(
    month: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    last = (month / "latest").resolve()
    results = json.loads((last / "assessment-results.json").read_bytes())["assessment-results"]["results"]
    assert results
    assert all("findings" not in one and "made for show" in one["remarks"] for one in results)
    key, _ = pair(tmp_path / "keys")
    for words, status in ((["verify", str(last)], 0), (["sign", str(last), "--key", str(key)], 2)):
        assert guarded(lambda given=words: make_app()(given, prog_name="kubedrill", standalone_mode=False)) == status
    assert "for show" in capsys.readouterr().err


def test_each_night_has_a_statement_that_no_policy_takes_for_a_test_result(month: Path) -> None:
    files = sorted((month / "statements").iterdir())
    assert [file.stem for file in files] == sorted(path.parent.name for path in month.glob("[0-9]*/run.json"))
    assert len(files) == 3
    for file in files:
        content = json.loads(file.read_bytes())
        assert content["predicateType"] == SHOWN != PREDICATE
        assert "signed by nobody" in content["demonstration"]
        assert {one["name"] for one in content["subject"]} == {"manifest.json", "os-disk-swap/journal.jsonl"}
    results = {json.loads(file.read_bytes())["predicate"]["result"] for file in files}
    assert results == {"PASSED", "FAILED"}


def test_a_night_that_is_not_whole_any_more_has_no_statement(month: Path, tmp_path: Path) -> None:
    nights_of = sorted(path.parent.name for path in month.glob("[0-9]*/manifest.json"))
    for name in nights_of:
        shutil.copytree(month / name, tmp_path / name)
    (page,) = (tmp_path / nights_of[1]).glob("*/report.html")
    page.write_text(page.read_text().replace("Demonstration, not evidence.", ""))
    assert [file.stem for file in write_statements(tmp_path)] == [nights_of[0], nights_of[2]]


def test_what_could_not_be_made_is_no_success(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder(tmp_path / "given" / "good", honest(told(controls=[])))
    words = ["--from", str(tmp_path / "given"), "--reports", str(tmp_path / "out"), "--nights", "1"]
    assert main(words) == 2
    said = capsys.readouterr().out
    assert "Not made: kubedrill report latest --oscal" in said
    assert (tmp_path / "out" / "index.html").exists()


def test_nothing_of_it_counts_as_evidence(month: Path) -> None:
    past = look_back(read_index(month), LAST + timedelta(days=1))
    assert {one.standing for one in past.series} == {Standing.DEMONSTRATION}


def test_dates_alone_are_others(month: Path) -> None:
    journal = next(iter(sorted(month.glob("*/os-disk-swap/journal.jsonl"))))
    events = [json.loads(line) for line in journal.read_text().splitlines()]
    for event, before in zip(events, honest(told()).events, strict=True):
        fields = {key: value for key, value in event.items() if key not in ("seq", "at", "mono", "kind")}
        if event["kind"] == "drill":
            assert fields.pop("demonstration")
            assert fields.pop("run") == journal.parents[1].name
            assert fields == {key: value for key, value in before.data.items() if key != "run"}
        else:
            assert fields == dict(before.data)
        assert event["mono"] == pytest.approx(before.mono)
    begun, ended = (datetime.fromisoformat(events[place]["at"]) for place in (0, -1))
    assert begun.strftime("%Y%m%d-%H%M%S") == journal.parents[1].name[:15]
    assert ended - begun == told().events[-1].at - told().events[0].at


def test_what_was_made_for_show_is_no_source_of_more(month: Path) -> None:
    with pytest.raises(SpecError, match="no month can be made of it"):
        find_sources(month)


def test_a_folder_with_anything_else_in_it_is_left_alone(tmp_path: Path) -> None:
    folder(tmp_path / "given" / "good", story.passed())
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "thesis.txt").touch()
    with pytest.raises(SystemExit, match="something else in it"):
        main(["--from", str(tmp_path / "given"), "--reports", str(tmp_path / "out")])
    assert (tmp_path / "out" / "thesis.txt").exists()


def test_a_month_has_a_missed_night_red_ones_and_a_forgotten_drill() -> None:
    def source(drill: str, *, passed: bool) -> Source:
        return Source(folder=Path(drill), drill=drill, run="r", passed=passed)

    sources = [source("a", passed=True), source("a", passed=False), source("b", passed=True)]
    found = list(nights(sources, 30, LAST))
    assert len(found) == 29
    assert [night.at for night in found] == sorted(night.at for night in found)
    assert [one.drill for one in found[-1].drills] == ["a"]
    assert [night.drills[0].passed for night in found].count(False) == 3
    assert not found[-1].drills[0].passed
    assert list(nights(sources, 30, LAST)) == found
    assert all(re.fullmatch("2026-04-..", f"{night.at:%F}") for night in found)
