from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from harness.cli.exit_status import ExitStatus
from harness.cli.run.parent import RunParent, RunResult
from harness.cli.run.request import Privileges, RunRequest, Wishes, check_request
from harness.drill.catalog import find_drills, scenario_places
from harness.errors import SpecError
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


@pytest.mark.parametrize(
    ("drill", "provider", "said"),
    [
        ("changed-name", "libvirt", "libvirt: the name of its machines is part of the lab that was asked for"),
        ("changed-name", "vagrant", "vagrant: the name of its machines is part of the lab that was asked for"),
        ("changed-identity", "libvirt", "libvirt: the address of its machines is part of the lab that was asked for"),
        ("data-disk-failure", "vagrant", "vagrant: data disks of Vagrant's machines cannot be made to die yet"),
    ],
)
def test_a_drill_that_a_provider_cannot_perform_is_refused_in_one_sentence(
    drill: str, provider: str, said: str
) -> None:
    with pytest.raises(SpecError) as refused:
        checked("os-disk-swap", drill, provider=provider)
    assert str(refused.value) == f"The drill '{drill}' is not offered on {said}"
    assert refused.value.__notes__ == ["Container machines can do it: --provider container."]


@pytest.mark.parametrize("provider", ["container", "rehearsal"])
def test_a_drill_is_performed_where_it_can_be(provider: str) -> None:
    assert [drill.name for drill in checked("changed-name", provider=provider).drills] == ["changed-name"]


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
