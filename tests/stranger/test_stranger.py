"""A package that Kubedrill knows nothing of brings a fault, a recovery and a scenario, and they run unchanged."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from harness.ownership import MARK

PACKAGE = Path(__file__).with_name("package")
COMMAND_LINE = "import sys; from harness.cli import main; sys.exit(main())"


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder into which pip has put the package."""
    folder = tmp_path_factory.mktemp("stranger")
    shutil.copytree(PACKAGE, folder / "source")
    target = folder / "site-packages"
    argv = [sys.executable, "-m", "pip", "install", "--quiet", "--no-deps", "--no-build-isolation", "--no-index"]
    done = subprocess.run(
        [*argv, "--disable-pip-version-check", "--target", target, folder / "source"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return target


@pytest.fixture
def environment(installed: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> dict[str, str]:
    """An environment in which the package is installed."""
    monkeypatch.delenv(MARK, raising=False)
    cache = str(tmp_path / "cache")
    return {**os.environ, "PYTHONPATH": str(installed), "KUBEDRILL_CACHE": cache, "PYTEST_ADDOPTS": ""}


def perform(environment: dict[str, str], folder: Path, *argv: object) -> subprocess.CompletedProcess[str]:
    """One command in an empty folder."""
    words = [sys.executable, *map(str, argv)]
    return subprocess.run(words, env=environment, cwd=folder, capture_output=True, text=True, check=False)


def test_pytest_performs_it(installed: Path, environment: dict[str, str], tmp_path: Path) -> None:
    scenario = installed / "stranger_drills/scenarios/test_pulled_plug.py"
    options = ("--provider", "rehearsal", "--kubedrill-reports", tmp_path / "reports", "-p", "no:cacheprovider")
    done = perform(environment, tmp_path, "-m", "pytest", "-q", "-c", os.devnull, scenario, *options)
    assert done.returncode == 0, done.stdout + done.stderr
    (report,) = (tmp_path / "reports").glob("*/pulled-plug/report.json")
    told = json.loads(report.read_text())
    assert told["verdict"] == "passed"
    journal = report.with_name("journal.jsonl").read_text()
    assert '"fault":"pulled-plug"' in journal
    assert '"recovery":"house-runbook"' in journal


def test_the_command_line_finds_it_by_its_entry_point(environment: dict[str, str], tmp_path: Path) -> None:
    run = ("run", "pulled-plug", "--provider", "rehearsal", "--reports", tmp_path / "reports")
    done = perform(environment, tmp_path, "-c", COMMAND_LINE, *run)
    assert done.returncode == 0, done.stdout + done.stderr
    (report,) = (tmp_path / "reports").glob("2*/pulled-plug/report.json")
    assert json.loads(report.read_text())["verdict"] == "passed"
