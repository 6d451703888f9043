"""A scenario says what it is evidence for, and the journal keeps it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from harness.cli.story import controls_of
from harness.controls import known_controls
from harness.drill.catalog import find_drills, scenario_places
from harness.journal import Kind, parse_journal
from harness.verdict import judge
from tests.cli.conftest import home as home
from tests.cli.conftest import kubedrill as kubedrill
from tests.cli.test_wrong_input import Command
from tests.drill.test_plugin import environment as environment
from tests.drill.test_plugin import perform
from tests.verdict import story

SCENARIO = '''
from datetime import timedelta
import pytest
from harness import faults, recoveries

pytestmark = pytest.mark.controls("CP-4")

@pytest.mark.lab("1")
@pytest.mark.controls(NAMES)
def test_marked(drill) -> None:
    """A drill that is evidence for something."""
    before = drill.baseline()
    drill.inject(faults.SwapOsDisk(drill.cluster.master))
    drill.recover(recoveries.AdoptDataDisk(drill.cluster.master), within=timedelta(minutes=5))
    drill.expect_survival(of=before, losing_at_most=timedelta(0))
'''
#: What only a plan on paper, or a response to an incident, can be evidence for.
NO_DRILL_SHOWS = {"cp-2", "pci-12.10.1"}


def scenario(folder: Path, names: str) -> Path:
    path = folder / "test_marked.py"
    path.write_text(SCENARIO.replace("NAMES", names))
    return path


def test_each_drill_that_comes_with_kubedrill_is_evidence_for_something() -> None:
    assert [drill.name for drill in find_drills(scenario_places()) if not controls_of(drill)] == []


def test_what_no_drill_shows_is_claimed_by_none() -> None:
    marked = {control.id for drill in find_drills(scenario_places()) for control in controls_of(drill)}
    assert {control.id for control in known_controls()} - marked == NO_DRILL_SHOWS


def test_the_first_line_of_a_journal_tells_the_controls_and_the_occasion(
    environment: dict[str, str], tmp_path: Path
) -> None:
    path = scenario(tmp_path, '"DORA 12(3)", "cp-4"')
    done = perform({**environment, "KUBEDRILL_TESTER": "Ada"}, tmp_path / "reports", path)
    assert done.returncode == 0, done.stdout + done.stderr
    (folder,) = (tmp_path / "reports").glob("2*/marked")
    first = parse_journal((folder / "journal.jsonl").read_text()).first(Kind.DRILL)
    assert first is not None
    assert first.data["controls"] == ["dora-12.3", "cp-4"]
    report = json.loads((folder / "report.json").read_text())
    assert (report["controls"], report["tester"]) == (["dora-12.3", "cp-4"], "Ada")


def test_a_journal_of_before_names_no_control_and_no_tester() -> None:
    header = judge(story.passed()).header
    assert (header.controls, header.tester, header.trigger, header.job) == ((), "", "", "")


def test_pytest_refuses_an_unknown_control_before_any_drill_begins(environment: dict[str, str], tmp_path: Path) -> None:
    done = perform(environment, tmp_path / "reports", scenario(tmp_path, '"CP-11"'))
    assert done.returncode == pytest.ExitCode.USAGE_ERROR
    assert "The scenario 'test_marked' cannot be evidence: there is no control 'CP-11'" in done.stdout + done.stderr
    assert not (tmp_path / "reports").exists()


@pytest.mark.parametrize("words", [["run", "marked", "--provider", "rehearsal"], ["plan", "marked"]])
def test_the_command_line_refuses_it_in_one_sentence_with_status_2(
    kubedrill: Command, home: Path, capsys: pytest.CaptureFixture[str], words: list[str]
) -> None:
    scenario(home, '"CP-11"')
    (home / "kubedrill.toml").write_text('scenarios = ["test_marked.py"]\n')
    assert kubedrill(*words) == 2
    error = capsys.readouterr().err
    assert error.startswith("kubedrill: The scenario 'marked' cannot be evidence: there is no control 'CP-11'\n")
    assert "Did you mean" in error
    assert not (home / "reports").exists()


def test_the_plan_says_what_a_drill_is_evidence_for(
    kubedrill: Command, home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    scenario(home, '"DORA 12(3)"')
    (home / "kubedrill.toml").write_text('scenarios = ["test_marked.py"]\n')
    assert kubedrill("plan", "marked") == 0
    assert "Evidence for: DORA 12(3), NIST CP-4" in capsys.readouterr().out
    assert kubedrill("plan", "marked", "--json") == 0
    assert json.loads(capsys.readouterr().out)["controls"] == ["dora-12.3", "cp-4"]
