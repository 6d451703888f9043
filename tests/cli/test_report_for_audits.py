"""`kubedrill report --compliance` as users call it."""

from __future__ import annotations

import sys
from datetime import datetime
from pathlib import Path

import pytest

from harness.cli.commands.compliance import _moment
from tests.cli.test_wrong_input import Command
from tests.report.compliance.shelf import BEFORE, RUN, on, put, told

POLICY = """
[policy]
organisation = "Example Bank"

[policy.drills.os-disk-swap]
every_days = 7
"""


@pytest.fixture
def shelf(home: Path) -> Path:
    """Two runs, and a policy."""
    (home / "kubedrill.toml").write_text(POLICY)
    put(home / "reports", BEFORE, told(), day=on(2))
    put(home / "reports", RUN, told("rollback"), day=on(9))
    return home / "reports"


def test_it_lies_beside_the_reports_of_the_run(
    kubedrill: Command, shelf: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert kubedrill("report", RUN, "--compliance", "--as-of", "2026-03-10") == 0
    page = (shelf / RUN / "compliance.html").read_text()
    assert "Recovery tests of Example Bank" in page
    assert "2026-03-02, 8 days ago" in page
    assert f"For audits: {shelf / RUN / 'compliance.html'}" in capsys.readouterr().out


def test_it_belongs_to_what_is_sealed(kubedrill: Command, shelf: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert kubedrill("report", RUN, "--compliance", "--as-of", "2026-03-10") == 0
    capsys.readouterr()
    # The story's console is not laid down here; of the page there is nothing to say.
    assert kubedrill("verify", RUN) == 1
    assert "compliance.html" not in capsys.readouterr().out
    page = shelf / RUN / "compliance.html"
    page.write_text(page.read_text().replace("rollback", "rollforth"))
    assert kubedrill("verify", RUN) == 1
    assert "'compliance.html'" in capsys.readouterr().out


def test_all_runs_have_one_of_their_own_and_stay_as_they_are(kubedrill: Command, shelf: Path) -> None:
    assert kubedrill("report", "all", "--compliance", "--as-of", "2026-03-10") == 0
    page = (shelf / "compliance.html").read_text()
    assert f'href="{BEFORE}/os-disk-swap/report.html"' in page
    assert f'href="{RUN}/rollback/report.html"' in page
    assert not (shelf / RUN / "run.json").exists()


def test_a_single_drill_has_one_too(kubedrill: Command, shelf: Path) -> None:
    folder = shelf / RUN / "rollback"
    assert kubedrill("report", str(folder), "--compliance", "--as-of", "2026-03-10") == 0
    assert 'href="report.html"' in (folder / "compliance.html").read_text()


def test_without_a_policy_nothing_is_required(kubedrill: Command, shelf: Path, home: Path) -> None:
    (home / "kubedrill.toml").unlink()
    assert kubedrill("report", RUN, "--compliance") == 0
    assert "The policy requires no drill" in (shelf / RUN / "compliance.html").read_text()


def test_where_a_pdf_cannot_be_made_the_page_is_there_anyway(
    kubedrill: Command, shelf: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "weasyprint", None)
    assert kubedrill("report", RUN, "--pdf") == 2
    assert "kubedrill: A PDF needs the library weasyprint" in capsys.readouterr().err
    assert (shelf / RUN / "compliance.html").is_file()
    assert not (shelf / RUN / "compliance.pdf").exists()


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["report", RUN, "--compliance", "--as-of", "soon"], "The value of --as-of 'soon' is no date"),
        (["report", RUN, "--as-of", "2026-03-10"], "Add --compliance."),
        (["report", RUN, "--compliance", "--as-of", "2026-03-01"], "after the day of the report"),
        (["report", "all", "--compliance", "--reports", "nowhere"], "'nowhere' is not a folder"),
        (["report", "all"], "'all' is not the name of a run"),
    ],
)
def test_what_cannot_be_reported_is_said_in_a_sentence(
    kubedrill: Command, shelf: Path, capsys: pytest.CaptureFixture[str], words: list[str], said: str
) -> None:
    assert shelf.is_dir()
    assert kubedrill(*words) == 2
    error = capsys.readouterr().err
    assert error.startswith("kubedrill: ")
    assert said in error


@pytest.mark.parametrize(
    ("text", "means"),
    [
        ("2026-03-31", "2026-03-31T23:59:59+00:00"),
        ("2026-03-31T08:00:00", "2026-03-31T08:00:00+00:00"),
        ("2026-03-31T08:00:00+02:00", "2026-03-31T06:00:00+00:00"),
    ],
)
def test_a_day_means_its_end_and_a_moment_itself(text: str, means: str) -> None:
    assert _moment(text) == datetime.fromisoformat(means)
