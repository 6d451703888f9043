from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from harness.ownership import Kind, ReapReport, cache_root, new_run_id, open_lease, read_leases
from harness.sabotage import SABOTAGES
from tests.cli.stage import parent, request

Command = Callable[..., int]
RUN = "20261121-093012-4f2a"


def test_no_command_and_help_show_all_commands(kubedrill: Command, capsys: pytest.CaptureFixture[str]) -> None:
    assert kubedrill("--help") == 0
    shown = capsys.readouterr().out
    commands = (
        "setup",
        "doctor",
        "list",
        "plan",
        "run",
        "sabotage",
        "status",
        "shell",
        "recover",
        "report",
        "judge",
        "verify",
        "sign",
        "reap",
    )
    for command in commands:
        assert f"  {command} " in shown


def test_list_and_plan_are_json_on_demand(kubedrill: Command, capsys: pytest.CaptureFixture[str]) -> None:
    assert kubedrill("list", "--json") == 0
    assert "os-disk-swap" in [row["drill"] for row in json.loads(capsys.readouterr().out)]
    assert kubedrill("plan", "os-disk-swap", "--json") == 0
    plan = json.loads(capsys.readouterr().out)
    assert [machine["name"] for machine in plan["lab"]["machines"]] == ["master1", "spare1"]
    assert plan["rto_seconds"] == 300
    assert any(check["check"] == "join-hash" and check["required"] for check in plan["checks"])


def test_list_tells_which_sabotages_apply_to_a_drill(kubedrill: Command, capsys: pytest.CaptureFixture[str]) -> None:
    assert kubedrill("list", "--json") == 0
    rows = {row["drill"]: row for row in json.loads(capsys.readouterr().out)}
    assert set(rows["os-disk-swap-worker"]["sabotages"]) - set(rows["os-disk-swap"]["sabotages"]) == {"lose-sa-key"}
    assert kubedrill("list") == 0
    assert f"{len(rows['os-disk-swap']['sabotages'])} of {len(SABOTAGES)}" in capsys.readouterr().out
    assert kubedrill("list", "os-disk-swap") == 0
    applies, not_so = capsys.readouterr().out.split("These do not apply:")
    assert all(name in applies for name in rows["os-disk-swap"]["sabotages"])
    assert "lose-sa-key" not in applies
    assert "lose-sa-key" in not_so
    assert "no worker holds tokens of before" in not_so
    assert kubedrill("list", "os-disk-swap", "--json") == 0
    assert json.loads(capsys.readouterr().out) == [rows["os-disk-swap"]]
    assert kubedrill("list", "os-disk-swp") == 2
    assert "Did you mean 'os-disk-swap'" in capsys.readouterr().err
    assert kubedrill("list", "os-disk-swap", "--sabotages") == 2


def test_list_tells_what_each_sabotage_does_and_how_a_drill_must_end(
    kubedrill: Command, capsys: pytest.CaptureFixture[str]
) -> None:
    assert kubedrill("list", "--sabotages", "--json") == 0
    rows = {row["sabotage"]: row for row in json.loads(capsys.readouterr().out)}
    assert set(rows) == {one.name for one in SABOTAGES}
    assert (rows["deaf-oracle"]["verdict"], rows["deaf-oracle"]["not_for"]) == ("errored", {})
    assert rows["lose-sa-key"]["not_for"]["os-disk-swap"] == "no worker holds tokens of before"
    assert kubedrill("list", "--sabotages") == 0
    shown = capsys.readouterr().out
    assert all(one.name in shown for one in SABOTAGES)
    assert kubedrill("run", "--help") == 0
    assert "kubedrill list --sabotages" in " ".join(capsys.readouterr().out.replace("│", " ").split())


def test_a_scenario_that_cannot_be_told_does_not_hide_the_others(
    kubedrill: Command, home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (home / "kubedrill.toml").write_text('scenarios = ["test_own.py"]\n')
    (home / "test_own.py").write_text("def test_half(drill):\n    raise RuntimeError('half a story')\n")
    assert kubedrill("list") == 0
    shown = capsys.readouterr().out
    assert "os-disk-swap-worker" in shown
    assert "The scenario 'half' breaks off: RuntimeError: half a story" in shown
    assert kubedrill("list", "--json") == 0
    (half,) = (row for row in json.loads(capsys.readouterr().out) if row["drill"] == "half")
    assert half["sabotages"] is None
    assert kubedrill("run", "half", "--provider", "rehearsal", "--sabotage", "lose-ca") == 2


def test_plan_obeys_the_settings_and_touches_nothing(
    kubedrill: Command, home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (home / "kubedrill.toml").write_text("[disks]\netcd_mib = 640\n")
    assert kubedrill("plan", "os-disk-swap") == 0
    assert "etcd 640 MiB" in capsys.readouterr().out
    assert [path.name for path in home.iterdir()] == ["kubedrill.toml"]


def test_status_shows_who_lives_and_what_it_owns(kubedrill: Command, capsys: pytest.CaptureFixture[str]) -> None:
    assert kubedrill("status") == 0
    assert "Nothing is owned" in capsys.readouterr().out
    with open_lease(RUN) as lease:
        lease.claim(Kind.CONTAINER, f"{lease.name}-master1")
        lease.claim(Kind.LINK, "kd0")
        assert kubedrill("status") == 0
        shown = capsys.readouterr().out
        assert RUN in shown
        assert "alive" in shown
        assert "master1, 1 link" in shown
        assert kubedrill("status", "--json") == 0
        assert json.loads(capsys.readouterr().out)["leases"][0]["state"] == "alive"


@pytest.mark.parametrize("age", ["6", "six hours", "-1h", "1.5h", ""])
def test_an_age_that_is_none_is_refused(kubedrill: Command, age: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert kubedrill("reap", f"--older-than={age}") == 2
    assert f"'{age}' is no age" in capsys.readouterr().err
    assert kubedrill("reap", "--older-than", "1h", "--run", RUN) == 2


def test_reap_says_what_it_spared_and_why(
    kubedrill: Command, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[object] = []

    def reap(named: object, **how: object) -> ReapReport:
        asked.append((named, how["older_than"]))
        return ReapReport(spared={RUN: "no lease of it is here, so that it may be alive elsewhere"})

    monkeypatch.setattr("harness.cli.commands.reap.reap_runs", reap)
    assert kubedrill("reap", "--older-than", "90m") == 0
    assert asked == [(None, timedelta(minutes=90))]
    told = capsys.readouterr().out
    assert f"The run '{RUN}' was not touched: no lease of it is here" in told
    assert "kubedrill reap --run RUN" in told


def test_status_shows_what_has_no_lease_and_the_hosts_settings(
    kubedrill: Command, capsys: pytest.CaptureFixture[str]
) -> None:
    run = new_run_id(datetime.now(UTC))
    (cache_root() / "labs" / f"kd-{run}-ab12").mkdir(parents=True)
    assert kubedrill("status") == 0
    assert f"Without a lease in this cache: {run}" in capsys.readouterr().out
    assert kubedrill("status", "--json") == 0
    told = json.loads(capsys.readouterr().out)
    assert run in told["without_lease"]
    assert "kernel.panic" in told["host"]["sysctls"]


def test_shell_names_the_machines_that_there_are(kubedrill: Command, capsys: pytest.CaptureFixture[str]) -> None:
    with open_lease(RUN) as lease:
        lease.claim(Kind.CONTAINER, f"{lease.name}-master1")
        assert kubedrill("shell", RUN, "master2") == 2
    assert "no machine 'master2' that is up; it has master1" in capsys.readouterr().err
    assert len(read_leases()) == 1


def test_setup_takes_auto_for_container(kubedrill: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []
    monkeypatch.setattr("harness.cli.commands.host.setup_host", lambda provider, *_, **__: asked.append(provider))
    assert kubedrill("setup", "--provider", "auto") == 0
    assert kubedrill("setup", "--provider", "rehearsal") == 0
    assert asked == ["container", "rehearsal"]


def test_recover_lists_the_ways_back(kubedrill: Command, capsys: pytest.CaptureFixture[str]) -> None:
    assert kubedrill("recover", "--json") == 0
    assert "AdoptDataDisk" in [row["recovery"] for row in json.loads(capsys.readouterr().out)]


def test_a_run_is_judged_and_reported_again_from_its_journals(
    kubedrill: Command, home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    # The journal of the stage ends in the middle, so that all the harness can tell is that it cannot tell.
    folder = parent("passed")[0].perform(request(home / "reports")).folder
    assert kubedrill("judge") == 3
    assert "os-disk-swap" in capsys.readouterr().out
    assert kubedrill("report", str(folder)) == 3
    first = {path: path.read_bytes() for path in folder.rglob("*.*") if path.is_file()}
    assert kubedrill("report", folder.name) == 3
    assert {path: path.read_bytes() for path in folder.rglob("*.*") if path.is_file()} == first
    assert json.loads((folder / "run.json").read_text())["exit_status"] == 3


def test_a_damaged_journal_keeps_no_other_drill_from_its_report_and_one_that_never_began_is_not_forgotten(
    kubedrill: Command, home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    drills = ("os-disk-swap", "os-disk-swap-worker", "quorum-loss")
    folder = parent("passed")[0].perform(request(home / "reports", drills=drills)).folder
    (folder / "os-disk-swap/journal.jsonl").write_text("nonsense\n{}\n")
    shutil.rmtree(folder / "quorum-loss")
    for path in folder.glob("*/report.json"):
        path.unlink()
    assert kubedrill("report", str(folder)) == 3
    told = capsys.readouterr()
    assert "'os-disk-swap': Not a line of a journal" in told.err
    assert (folder / "os-disk-swap-worker/report.json").exists()
    lines = json.loads((folder / "run.json").read_text())["drills"]
    assert {(line["folder"], line["verdict"]) for line in lines} == {(name, "errored") for name in drills}
    assert "quorum-loss" in told.out


def test_image_list_says_what_to_do_when_there_is_none(kubedrill: Command, capsys: pytest.CaptureFixture[str]) -> None:
    assert kubedrill("image", "list") == 0
    assert "kubedrill image build" in capsys.readouterr().out
