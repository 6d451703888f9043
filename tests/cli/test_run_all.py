from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from harness.cli.exit_status import ExitStatus
from harness.cli.run.parent import RunParent, RunResult
from harness.cli.run.request import Privileges, RunRequest, Wishes, check_request
from harness.drill.catalog import find_drills, scenario_places
from harness.spec.settings import Settings
from tests.cli.stage import parent, request

KNOWN = find_drills(scenario_places())
ABLE = Privileges(is_root=lambda: True, find_program=lambda name: name)


def checked(*names: str, provider: str = "rehearsal") -> RunRequest:
    return check_request(Wishes(drills=names, provider=provider), KNOWN, Settings(), ABLE)


def test_all_stands_for_each_drill_once() -> None:
    assert checked("all").drills == KNOWN
    assert checked("rollback", "all").drills == KNOWN
    assert not checked("all").not_offered


def test_all_leaves_out_what_the_machines_of_a_provider_cannot_do_and_says_why() -> None:
    asked = checked("all", provider="vagrant")
    assert "data-disk-failure" not in [drill.name for drill in asked.drills]
    assert "cannot be made to die" in asked.not_offered["data-disk-failure"]
    assert len(asked.drills) + len(asked.not_offered) == len(KNOWN)


def test_a_drill_that_is_named_is_performed_wherever_it_was_asked_for() -> None:
    assert [drill.name for drill in checked("data-disk-failure", provider="vagrant").drills] == ["data-disk-failure"]


@pytest.mark.usefixtures("home")
def test_a_run_of_several_ends_with_one_table(home: Path) -> None:
    performer, _ = parent("passed")
    result = performer.perform(request(home / "reports", drills=("one", "two")))
    assert result.summary is not None
    assert [line.control_plane_seconds for line in result.summary.drills] == [18.25, 18.25]
    assert (result.folder / "run.md").read_text().count("| 18.2 s | not measured | 300 s |") == 2


def test_the_command_prints_the_table_and_what_was_not_offered(
    kubedrill: Callable[..., int], home: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    performer, _ = parent("passed")
    asked = request(home / "reports", drills=("one", "two"))
    object.__setattr__(asked, "not_offered", {"three": "no disk can die"})
    result = performer.perform(asked)
    monkeypatch.setattr(RunParent, "perform", lambda *_: result)
    assert kubedrill("run", "all", "--provider", "rehearsal") == ExitStatus.PASSED
    shown = capsys.readouterr().out
    assert "peak memory" in shown
    assert "Not offered: three, because no disk can die." in shown
    assert str(result.folder / "run.md") in shown
    assert kubedrill("run", "all", "--provider", "rehearsal", "--json") == ExitStatus.PASSED
    assert json.loads(capsys.readouterr().out)["not_offered"] == {"three": "no disk can die"}


def test_a_result_without_a_summary_is_said_all_the_same(
    kubedrill: Callable[..., int], home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    empty = RunResult(run="r", folder=home, outcomes=(), status=ExitStatus.PASSED, remarks=(), kept=())
    monkeypatch.setattr(RunParent, "perform", lambda *_: empty)
    assert kubedrill("run", "all", "--provider", "rehearsal") == ExitStatus.PASSED
