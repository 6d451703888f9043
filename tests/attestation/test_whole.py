"""Whatever is done to a run after its manifest was written is seen, and named."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from harness.attestation import inspect, seal
from harness.errors import SpecError
from harness.journal import Kind
from harness.report import write_reports
from tests.attestation.stage import brief, run_in, sealed
from tests.report.test_reports import CONSOLE
from tests.verdict.edits import inserted

FILES = (
    "SHA256SUMS",
    "junit.xml",
    "manifest.json",
    "one/evidence/master1.console.log",
    "one/journal.jsonl",
    "one/junit.xml",
    "one/report.html",
    "one/report.json",
    "pytest.log",
    "run.json",
    "run.md",
    "two/evidence/master1.console.log",
    "two/journal.jsonl",
    "two/junit.xml",
    "two/report.html",
    "two/report.json",
)
HOSTILE = ("a\nb", "\x1b[31mred", "back\\slash", "--help", "…‮gpj.exe", "\udcff\udcfe", " ", "cr\rlf")


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A run that nobody touches."""
    return run_in(tmp_path_factory.mktemp("run"))


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The same files, with journals that are judged in no time."""
    return run_in(tmp_path_factory.mktemp("run"), one=brief(), two=brief())


@pytest.fixture
def run(small: Path, tmp_path: Path) -> Path:
    """A small run to be spoiled, under another name than it was made."""
    return Path(shutil.copytree(small, tmp_path / "copy"))


@pytest.fixture
def copy(whole: Path, tmp_path: Path) -> Path:
    """The run to be spoiled, under another name than it was made."""
    return Path(shutil.copytree(whole, tmp_path / "whole"))


def problems(run: Path) -> tuple[str, ...]:
    return inspect(run).problems


def test_a_run_that_nobody_touched_is_whole_under_any_name(copy: Path) -> None:
    found = inspect(copy)
    assert found.problems == ()
    assert (found.run, found.files, sorted(found.redone.drills)) == ("20260301-030000-4242", 16, ["one", "two"])


def test_these_are_all_files_of_a_run(run: Path) -> None:
    assert sorted(path.relative_to(run).as_posix() for path in run.rglob("*") if path.is_file()) == sorted(FILES)


@pytest.mark.parametrize("name", FILES)
@given(place=st.integers(min_value=0), flip=st.integers(min_value=1, max_value=255))
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_another_byte_anywhere_in_a_file_is_seen(run: Path, name: str, place: int, flip: int) -> None:
    kept = (run / name).read_bytes()
    changed = bytearray(kept)
    changed[place % len(kept)] ^= flip
    (run / name).write_bytes(changed)
    found = problems(run)
    (run / name).write_bytes(kept)
    assert any(name in problem for problem in found) or (found and name == "manifest.json"), found


@pytest.mark.parametrize("name", FILES)
def test_a_file_that_is_gone_cut_or_longer_is_seen(run: Path, name: str) -> None:
    kept = (run / name).read_bytes()
    for content in (kept[:-1], kept + b"\n", b""):
        (run / name).write_bytes(content)
        assert any(name in problem for problem in problems(run))
    (run / name).unlink()
    assert any(f"'{name}' is missing" in problem for problem in problems(run))


@pytest.mark.parametrize("place", ["", "one", "one/evidence", "three/deep"])
@pytest.mark.parametrize("name", HOSTILE)
def test_a_file_that_was_added_is_seen_and_its_name_harms_nobody(run: Path, place: str, name: str) -> None:
    (run / place).mkdir(parents=True, exist_ok=True)
    (run / place / name).write_text("x")
    (said,) = problems(run)
    assert "was added" in said
    assert said.isprintable()


@pytest.mark.parametrize("name", HOSTILE)
def test_a_run_with_odd_names_in_its_evidence_is_sealed_and_checked_like_any_other(run: Path, name: str) -> None:
    (run / "one" / "evidence" / name).write_text("x")
    assert problems(sealed(run)) == ()
    (run / "one" / "evidence" / name).write_text("y")
    assert len(problems(run)) == 1


def test_sha256sum_reads_the_plain_list(run: Path) -> None:
    for name in ("back\\slash", "a\nb", "plain name"):
        (run / "one" / "evidence" / name).write_text("x")
    sealed(run)
    checked = subprocess.run(["sha256sum", "--check", "--strict", "SHA256SUMS"], cwd=run, capture_output=True)
    assert checked.returncode == 0, checked.stderr
    assert checked.stdout.count(b": OK") == len(FILES) - 2 + 3


def into(place: Path, make: Callable[[Path], object]) -> None:
    if place.exists():
        shutil.rmtree(place) if place.is_dir() else place.unlink()
    make(place)


@pytest.mark.parametrize(
    "place", ["manifest.json", "run.json", "one/journal.jsonl", "one/report.html", "one/evidence", "one", "new"]
)
@pytest.mark.parametrize("make", [lambda at: at.symlink_to("/etc/passwd"), os.mkfifo], ids=["link", "pipe"])
def test_links_and_pipes_are_named_and_never_followed(run: Path, place: str, make: Callable[[Path], object]) -> None:
    into(run / place, make)
    (said,) = problems(run)
    assert said.startswith(f"'{place}' is ")


@pytest.mark.parametrize("place", ["manifest.json", "run.json", "one/journal.jsonl", "one/report.json"])
def test_a_folder_in_the_place_of_a_file_is_a_missing_file(run: Path, place: str) -> None:
    into(run / place, Path.mkdir)
    assert any(place in problem and "missing" in problem for problem in problems(run))


def test_a_link_to_the_same_content_is_no_file_of_the_run(run: Path, whole: Path) -> None:
    into(run / "one" / "journal.jsonl", lambda at: at.symlink_to(whole / "one" / "journal.jsonl"))
    assert problems(run)
    assert problems(sealed(run)), "a manifest that was written with the link in place changes nothing"


def test_a_report_that_the_journal_does_not_bear_out_is_seen_though_the_manifest_was_made_to_fit(copy: Path) -> None:
    report = json.loads((copy / "two" / "report.json").read_bytes())
    (copy / "two" / "report.json").write_text(json.dumps({**report, "verdict": "passed", "cause": ""}, indent=2) + "\n")
    assert any("'two/report.json' is not what this judge makes" in one for one in problems(sealed(copy)))


@pytest.mark.parametrize("name", ["run.json", "run.md", "junit.xml"])
def test_a_summary_that_the_drills_do_not_bear_out_is_seen_though_the_manifest_was_made_to_fit(
    copy: Path, name: str
) -> None:
    kept = (copy / name).read_text()
    (copy / name).write_text(kept.replace("failed", "passed").replace("failure", "success"))
    seal(copy, "20260301-030000-4242")
    assert problems(copy) == (f"'{name}' is not what its drills come to",)


def test_a_drill_that_was_taken_out_is_seen_and_stays_errored_when_the_run_is_summed_up_again(copy: Path) -> None:
    shutil.rmtree(copy / "two")
    assert any("'two/journal.jsonl' is missing" in one for one in problems(copy))
    assert problems(sealed(copy)) == ()
    content = json.loads((copy / "run.json").read_bytes())
    assert [line["verdict"] for line in content["drills"]] == ["passed", "errored"]
    assert content["exit_status"] == 3


def with_evidence(place: Path, content: str, *, path: str = "evidence/master1.console.log") -> Path:
    digest = hashlib.sha256(content.encode()).hexdigest()
    return run_in(place, one=inserted(brief(), lambda event: event.seq == 1, Kind.EVIDENCE, path=path, sha256=digest))


def test_evidence_is_held_against_the_digest_in_the_journal_though_the_manifest_was_made_to_fit(tmp_path: Path) -> None:
    run = with_evidence(tmp_path, CONSOLE)
    assert problems(run) == ()
    (run / "one" / "evidence" / "master1.console.log").write_text(CONSOLE.replace("OK", "ok"))
    write_reports(run / "one")
    (said,) = problems(sealed(run))
    assert said == "'one/evidence/master1.console.log' is not the evidence that the journal has the digest of"
    (run / "one" / "evidence" / "master1.console.log").unlink()
    write_reports(run / "one")
    (said,) = problems(sealed(run))
    assert "the journal names it as evidence" in said


def test_a_console_that_went_on_for_a_moment_is_still_the_evidence(tmp_path: Path) -> None:
    assert problems(with_evidence(tmp_path, CONSOLE[:-7])) == ()


@pytest.mark.parametrize("path", ["../two/journal.jsonl", "/etc/passwd", "../../../etc/passwd", "a\0b"])
def test_evidence_that_lies_elsewhere_is_not_looked_for(tmp_path: Path, path: str) -> None:
    (said,) = problems(with_evidence(tmp_path, CONSOLE, path=path))
    assert "is missing" in said


@pytest.mark.parametrize("text", [b"", b"{}", b"[]", b"nonsense", b'{"files": [1]}', b"[" * 100_000, b'{"files": {}}'])
def test_a_manifest_that_is_none_is_said_to_be_none(run: Path, text: bytes) -> None:
    (run / "manifest.json").write_bytes(text)
    assert any("manifest.json" in one or "manifest" in one for one in problems(run))


@pytest.mark.parametrize("folder", ["../../etc", "/etc", "..", "", "a\0b", "nobody"])
def test_a_summary_that_names_strange_folders_leads_nowhere(run: Path, folder: str) -> None:
    content = json.loads((run / "run.json").read_bytes())
    content["drills"][0]["folder"] = folder
    (run / "run.json").write_text(json.dumps(content))
    assert any("run.json" in one for one in problems(run))


def test_a_folder_that_holds_no_run_is_bad_input(tmp_path: Path, whole: Path) -> None:
    with pytest.raises(SpecError, match="is not the folder of a run"):
        inspect(tmp_path)
    with pytest.raises(SpecError, match="give the folder above it"):
        inspect(whole / "one")


def test_a_manifest_of_the_same_files_has_the_same_bytes(run: Path, small: Path) -> None:
    assert (sealed(run) / "manifest.json").read_bytes() == (small / "manifest.json").read_bytes()
    assert json.loads((run / "manifest.json").read_bytes())["run"] == "20260301-030000-4242"
