"""A policy's targets go before those of a scenario, and the record says which applied."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from harness.journal import Kind, parse_journal
from harness.report import write_reports
from tests.cli.conftest import home as home
from tests.cli.conftest import kubedrill as kubedrill
from tests.cli.test_wrong_input import Command
from tests.drill.test_plugin import environment as environment
from tests.drill.test_plugin import perform

POLICY = """
[policy]
plan_id = "DRP-7"
plan_version = "2.3"

[policy.drills.os-disk-swap]
rto_seconds = {rto}
rpo_seconds = 60
every_days = 7
"""
SCENARIO = Path(__file__).resolve().parents[2] / "scenarios" / "test_os_disk_swap.py"


def performed(environment: dict[str, str], folder: Path, rto: int, **words: str) -> Path:
    """The folder of a drill under a policy."""
    (folder / "kubedrill.toml").write_text(POLICY.format(rto=rto))
    more = [word for key, value in words.items() for word in (f"--{key}", value)]
    perform(environment, folder / "reports", SCENARIO, "-k", "swap and not worker and not seed", *more)
    (found,) = (folder / "reports").glob("2*/os-disk-swap")
    return found


def plan_of(folder: Path) -> dict[str, Any]:
    event = parse_journal((folder / "journal.jsonl").read_text()).first(Kind.PLAN)
    assert event is not None
    return dict(event.data)


def test_the_policys_targets_are_what_a_drill_is_judged_by(environment: dict[str, str], tmp_path: Path) -> None:
    folder = performed(environment, tmp_path, rto=1)
    report = json.loads((folder / "report.json").read_text())
    assert report["verdict"] == "failed"
    assert "the RTO of 1.0 s was exceeded" in report["cause"]
    assert report["rto"]["target_seconds"] == 1


def test_the_record_says_whose_each_target_is_and_what_the_scenario_promises(
    environment: dict[str, str], tmp_path: Path
) -> None:
    folder = performed(environment, tmp_path, rto=600)
    plan = plan_of(folder)
    assert plan["targets"] == {
        "rto": {"of": "policy", "scenario_seconds": 300.0},
        "rpo": {"of": "policy", "scenario_seconds": 0.0},
    }
    assert (plan["policy"]["plan_id"], plan["policy"]["plan_version"]) == ("DRP-7", "2.3")
    verdict = write_reports(folder)
    assert (verdict.rto.target_of, verdict.rto.target_seconds, verdict.rto.promised_seconds) == ("policy", 600, 300)
    assert "of 10 min allowed by the policy" in (folder / "report.html").read_text()


def test_a_recovery_is_allowed_what_the_policy_allows(environment: dict[str, str], tmp_path: Path) -> None:
    folder = performed(environment, tmp_path, rto=450, sabotage="slow-recovery")
    history = parse_journal((folder / "journal.jsonl").read_text())
    (start,) = history.of(Kind.RECOVERY, state="start")
    assert start.data["within_seconds"] == 450
    assert "the RTO of 450.0 s was exceeded" in json.loads((folder / "report.json").read_text())["cause"]


def test_without_a_policy_the_scenarios_targets_apply(environment: dict[str, str], tmp_path: Path) -> None:
    (tmp_path / "kubedrill.toml").write_text('[policy]\nowner = "Ada"\n')
    perform(environment, tmp_path / "reports", SCENARIO, "-k", "swap and not worker and not seed")
    (folder,) = (tmp_path / "reports").glob("2*/os-disk-swap")
    assert plan_of(folder)["targets"]["rto"] == {"of": "scenario", "scenario_seconds": 300.0}
    report = json.loads((folder / "report.json").read_text())
    assert (report["rto"]["target_of"], report["rto"]["target_seconds"]) == ("scenario", 300)


def test_the_plan_shows_both(kubedrill: Command, home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (home / "kubedrill.toml").write_text(POLICY.format(rto=600))
    assert kubedrill("plan", "os-disk-swap") == 0
    assert "Targets: RTO 600 s (the policy's; the scenario promises 300 s)" in capsys.readouterr().out
    assert kubedrill("plan", "os-disk-swap", "--json") == 0
    plan = json.loads(capsys.readouterr().out)
    assert (plan["rto_seconds"], plan["targets"]["rto"]["of"]) == (600, "policy")


def test_a_drill_that_a_policy_requires_and_nobody_knows_is_refused(
    kubedrill: Command, home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (home / "kubedrill.toml").write_text("[policy.drills.os-disk-swop]\nevery_days = 7\n")
    assert kubedrill("run", "os-disk-swap", "--provider", "rehearsal") == 2
    assert "The policy requires the drill 'os-disk-swop', which is not there" in capsys.readouterr().err
