"""The matrix of drills and sabotages: what is asked for, what comes of it, and what is taken over."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest

from harness.cli.exit_status import ExitStatus
from harness.cli.matrix.plan import cell_of, plan_cells
from harness.cli.run.outcome import read_outcome
from harness.cli.run.parent import RunParent, RunResult
from harness.cli.run.request import RunRequest
from harness.drill.catalog import find_drills, scenario_places
from harness.drill.cell import Cell
from harness.errors import SpecError
from harness.report.matrix import MatrixCell
from harness.sabotage import SABOTAGES

Command = Callable[..., int]
KNOWN = find_drills(scenario_places())
CELLS = {cell_of(cell).folder: cell for cell in plan_cells(["all"], KNOWN, "rehearsal")}


def planned(*names: str, provider: str = "rehearsal") -> set[str]:
    return {cell_of(cell).folder for cell in plan_cells(names, KNOWN, provider) if cell.applies}


class Stage:
    """Drills that end as they are told, without being performed."""

    def __init__(self) -> None:
        self.asked: list[RunRequest] = []
        self.ends: dict[str, dict[str, Any]] = {}
        self.never_begun: tuple[str, ...] = ()
        self.status = ExitStatus.FAILED
        self.clean = True

    def perform(self, _: RunParent, request: RunRequest) -> RunResult:
        self.asked.append(request)
        run = f"20261121-09301{len(self.asked)}-4f2a"
        folder = request.reports / run
        folder.mkdir(parents=True)
        for name in request.folders:
            if name not in self.never_begun:
                self.write(folder / name, request)
        outcomes = tuple(read_outcome(folder, name) for name in request.folders)
        return RunResult(
            run=run, folder=folder, outcomes=outcomes, status=self.status, remarks=(), kept=(), clean=self.clean
        )

    def write(self, folder: Path, request: RunRequest) -> None:
        cell, expected = Cell.parse(folder.name), CELLS[folder.name]
        report = {
            "drill": cell.drill,
            "sabotage": cell.sabotage,
            "verdict": expected.expected_verdict,
            "cause": f"because of {expected.expected_names}, of course",
            "provider": request.provider,
            "kubernetes": request.kubernetes,
            "seconds": 2.5,
            **self.ends.get(folder.name, {}),
        }
        folder.mkdir()
        (folder / "report.json").write_text(json.dumps(report))


@pytest.fixture
def stage(monkeypatch: pytest.MonkeyPatch) -> Stage:
    stage = Stage()
    monkeypatch.setattr(RunParent, "perform", lambda parent, request: stage.perform(parent, request))
    return stage


@pytest.fixture
def spoil(kubedrill: Command, home: Path, capsys: pytest.CaptureFixture[str]) -> Callable[..., tuple[int, Any]]:
    """The command with `--json`: its exit status, and the matrix."""

    def performed(*words: str) -> tuple[int, Any]:
        assert home.is_dir()
        status = kubedrill("sabotage", *words, "--provider", "rehearsal", "--json")
        return status, json.loads(capsys.readouterr().out or "null")

    return performed


def test_all_cells_are_each_drill_with_each_sabotage() -> None:
    assert len(CELLS) == len(KNOWN) * len(SABOTAGES)


def test_a_drill_is_a_row_a_sabotage_a_column_and_both_are_where_they_meet() -> None:
    row, column = planned("rollback"), planned("not-after-reboot")
    assert {Cell.parse(one).drill for one in row} == {"rollback"}
    assert {Cell.parse(one).sabotage for one in column} == {"not-after-reboot"}
    assert planned("rollback", "not-after-reboot") == row & column == {"rollback+not-after-reboot"}


def test_each_cell_that_stays_empty_says_why() -> None:
    empty = [cell for cell in CELLS.values() if not cell.applies]
    assert empty
    assert CELLS["os-disk-swap+lose-sa-key"].reason == "no worker holds tokens of before"


def test_a_cell_that_cannot_be_is_refused_with_its_reason() -> None:
    with pytest.raises(SpecError, match="'lose-sa-key' does not apply to 'os-disk-swap': no worker holds tokens"):
        plan_cells(["os-disk-swap", "lose-sa-key"], KNOWN, "rehearsal")


def test_drills_that_a_provider_does_not_offer_stay_empty_with_the_reason() -> None:
    cells = plan_cells(["fault-does-nothing"], KNOWN, "vagrant")
    empty = [cell for cell in cells if not cell.applies]
    assert {cell.drill for cell in empty} == {
        "changed-identity",
        "changed-name",
        "data-disk-failure",
        "network-partition",
        "node-cut-off",
    }
    assert all("not offered on vagrant" in cell.reason for cell in empty)


def test_drills_that_a_provider_does_not_offer_do_not_stop_the_others(
    kubedrill: Command, stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("harness.cli.run.request._check_privileges", lambda *_: None)
    assert kubedrill("sabotage", "fault-does-nothing", "--provider", "vagrant") == ExitStatus.PASSED
    (request,) = stage.asked
    performed = {drill.name for drill in request.drills}
    assert "os-disk-swap" in performed
    assert "changed-name" not in performed


def test_an_unknown_name_is_refused_with_what_was_meant(kubedrill: Command, capsys: pytest.CaptureFixture[str]) -> None:
    assert kubedrill("sabotage", "lose-ca-kye", "--provider", "rehearsal") == ExitStatus.USAGE
    assert "Did you mean 'lose-ca-key'" in capsys.readouterr().err


@pytest.mark.parametrize("words", [(), ("list",)])
def test_without_names_the_sabotages_are_listed(
    kubedrill: Command, words: Sequence[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert kubedrill("sabotage", *words) == ExitStatus.PASSED
    shown = capsys.readouterr().out
    assert all(one.name in shown for one in SABOTAGES)


def test_cells_that_are_all_as_expected_are_a_pass_though_their_drills_failed(
    spoil: Callable[..., tuple[int, Any]], stage: Stage, home: Path
) -> None:
    status, matrix = spoil("rollback")
    assert status == matrix["exit_status"] == ExitStatus.PASSED
    assert {cell.folder for cell in stage.asked[0].cells} == planned("rollback")
    folder = home / "reports" / matrix["run"]
    assert json.loads((folder / "sabotage.json").read_text()) == matrix
    assert (folder / "sabotage.md").read_text().count("| ok |") >= len(planned("rollback"))
    assert "failures" in (folder / "sabotage.junit.xml").read_text()


@pytest.mark.parametrize(
    "end",
    [
        {"verdict": "passed", "cause": ""},
        {"verdict": "errored", "cause": "The power supply of 'master1' burst"},
        {"cause": "something else altogether"},
        {"sabotage": None},
        {"drill": "os-disk-swap"},
        {"verdict": "splendid"},
    ],
    ids=["unnoticed", "the lab broke", "another cause", "not spoiled", "another drill", "no verdict at all"],
)
def test_a_cell_that_ends_otherwise_is_wrong_and_the_rest_is_judged_all_the_same(
    spoil: Callable[..., tuple[int, Any]], stage: Stage, end: dict[str, Any]
) -> None:
    stage.ends["rollback+stale-snapshot"] = end
    status, matrix = spoil("rollback")
    assert status == matrix["exit_status"] == ExitStatus.FAILED
    assert matrix["unexpected"] == ["rollback+stale-snapshot"]


def test_a_cell_that_never_began_is_not_performed_and_no_pass(
    spoil: Callable[..., tuple[int, Any]], stage: Stage
) -> None:
    stage.never_begun = ("rollback+not-after-reboot",)
    status, matrix = spoil("rollback", "not-after-reboot", "fault-does-nothing")
    assert status == ExitStatus.FAILED
    assert matrix["performed"] == 1
    (cell,) = (one for one in matrix["cells"] if one["sabotage"] == "not-after-reboot")
    assert (cell["verdict"], cell["as_expected"], cell["reason"]) == ("", False, "")


def test_what_was_as_expected_is_taken_over_and_the_rest_is_performed_again(
    spoil: Callable[..., tuple[int, Any]], stage: Stage, home: Path
) -> None:
    stage.ends["rollback+stale-snapshot"] = {"verdict": "passed", "cause": ""}
    stage.never_begun = ("rollback+not-after-reboot",)
    _, first = spoil("rollback")
    stage.ends, stage.never_begun = {}, ()
    status, second = spoil("rollback", "--resume", first["run"])
    assert status == ExitStatus.PASSED
    assert {cell.sabotage for cell in stage.asked[1].cells} == {"stale-snapshot", "not-after-reboot"}
    assert {cell["run"] for cell in second["cells"] if cell["verdict"]} == {first["run"], second["run"]}
    # What was taken over once can be taken over again, and where nothing is left nothing is performed.
    status, third = spoil("rollback", "--resume", second["run"])
    assert (status, third["unexpected"], len(stage.asked)) == (ExitStatus.PASSED, [], 2)
    assert not (home / "reports" / "latest").exists()


def test_nothing_is_taken_over_from_other_machines_or_another_kubernetes(
    spoil: Callable[..., tuple[int, Any]], stage: Stage
) -> None:
    stage.ends = {
        "rollback+stale-snapshot": {"kubernetes": "v1.33.1"},
        "rollback+flipped-bit": {"provider": "container"},
    }
    _, first = spoil("rollback")
    spoil("rollback", "--resume", first["run"])
    assert {cell.sabotage for cell in stage.asked[1].cells} == {"stale-snapshot", "flipped-bit"}


def test_a_run_without_cells_has_nothing_to_take_over(kubedrill: Command, home: Path) -> None:
    (home / "reports" / "20261121-093012-4f2a").mkdir(parents=True)
    words = ("rollback", "--provider", "rehearsal", "--resume", "20261121-093012-4f2a")
    assert kubedrill("sabotage", *words) == ExitStatus.USAGE


def test_an_interrupted_matrix_says_so_and_keeps_what_it_has(
    spoil: Callable[..., tuple[int, Any]], stage: Stage, home: Path
) -> None:
    stage.status = ExitStatus.INTERRUPTED
    stage.never_begun = ("rollback+not-after-reboot",)
    status, matrix = spoil("rollback")
    assert status == ExitStatus.INTERRUPTED
    assert (home / "reports" / matrix["run"] / "sabotage.json").exists()


def test_a_host_that_could_not_be_cleaned_is_no_pass(spoil: Callable[..., tuple[int, Any]], stage: Stage) -> None:
    stage.clean = False
    assert spoil("rollback")[0] == ExitStatus.CANNOT_TELL


def test_people_see_the_grid_each_end_and_each_reason(
    kubedrill: Command, home: Path, stage: Stage, capsys: pytest.CaptureFixture[str]
) -> None:
    stage.ends["rollback+stale-snapshot"] = {"verdict": "passed", "cause": ""}
    assert home.is_dir()
    assert kubedrill("sabotage", "rollback", "--provider", "rehearsal") == ExitStatus.FAILED
    shown = capsys.readouterr().out
    assert "WRONG" in shown
    assert "because of ran still, of course" in shown
    assert "the control plane keeps its own, so nothing below 'pki/' of the backup is used" in shown
    assert "1 not as expected" in shown


def test_cells_are_performed_by_pytest_itself(kubedrill: Command, home: Path) -> None:
    words = ("os-disk-swap", "rollback", "fault-does-nothing", "--provider", "rehearsal")
    assert kubedrill("sabotage", *words) == ExitStatus.PASSED
    matrix = json.loads((home / "reports/latest/sabotage.json").read_text())
    assert matrix["as_expected"] == 2
    cells = {path.name for path in (home / "reports/latest").glob("*+*")}
    assert cells == {"os-disk-swap+fault-does-nothing", "rollback+fault-does-nothing"}


def test_a_cell_knows_its_own_name() -> None:
    cell = MatrixCell(drill="a", sabotage="b", expected_verdict="failed", expected_names="c")
    assert Cell.parse(cell_of(cell).folder) == cell_of(cell)
    assert dataclasses.replace(cell, reason="no").applies is False
    for wrong in ("a", "+b", "a+"):
        with pytest.raises(SpecError, match="not the name of a spoiled drill"):
            Cell.parse(wrong)
