from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from harness import providers
from harness.cli.guard import Interruption, guarded
from harness.cli.run.folder import find_run
from harness.cli.run.request import Privileges, RunRequest, Wishes, check_request
from harness.drill.catalog import find_drills, scenario_places
from harness.errors import LabError, SpecError
from harness.providers.libvirt import acceleration
from harness.providers.libvirt.acceleration import Acceleration
from harness.spec.settings import Settings

Command = Callable[..., int]
_DRILL = next(drill for drill in find_drills(scenario_places()) if drill.name == "os-disk-swap")
_ROOT = Privileges(is_root=lambda: True, find_program=lambda name: f"/usr/bin/{name}")


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["nope"], "No such command 'nope'"),
        (["run"], "Missing argument"),
        (["run", "os-disk-swap", "--nope"], "No such option"),
        (["run", "os-disk-swop"], "Did you mean 'os-disk-swap'"),
        (["run", "../etc"], "There is no drill '../etc'"),
        (["run", "os-disk-swap", "--provider", "contaner"], "Did you mean 'container'"),
        (["run", "os-disk-swap", "--provider", "rehearsal", "--kubernetes", "v9.9"], "'v9.9' is not supported"),
        (["run", "os-disk-swap", "--provider", "rehearsal", "--source", "modulse"], "There is no source 'modulse'"),
        (["run", "os-disk-swap", "--provider", "rehearsal", "--source", ""], "There is no source ''"),
        (["run", "os-disk-swap", "--provider", "rehearsal", "--source", "release=ftp://x"], "'ftp://x' is no address"),
        (["run", "os-disk-swap", "--provider", "rehearsal", "--source", "directory=/no/where"], "does not exist"),
        (["run", "os-disk-swap", "--provider", "rehearsal", "--sabotage", "lose-ca-kee"], "Did you mean 'lose-ca-key'"),
        (["run", "os-disk-swap", "--sabotage", "lose-sa-key"], "does not apply to the drill 'os-disk-swap': no worker"),
        (
            ["run", "os-disk-swap-worker", "os-disk-swap-seed", "--sabotage", "lose-sa-key"],
            "the drill 'os-disk-swap-seed'",
        ),
        (["run", "os-disk-swap", "--provider", "rehearsal", "--repeat", "0"], "cannot be 0"),
        (["run", "os-disk-swap", "--provider", "rehearsal", "-n", "-1"], "cannot be -1"),
        (["run", "os-disk-swap", "--provider", "rehearsal", "--keep", "maybe"], "There is no value of --keep 'maybe'"),
        (["run", "os-disk-swap", "--provider", "libvirt", "--connect", "xen:///"], "on the libvirt 'xen:///'"),
        (["run", "os-disk-swap", "--provider", "libvirt", "--connect", "qemu+ssh:///system"], "on the libvirt"),
        (["run", "os-disk-swap", "--provider", "rehearsal", "--connect", "qemu:///session"], "leave out --connect"),
        (["run", "os-disk-swap", "--repeat", "two"], "--repeat"),
        (["lab", "1+etcd"], "has its etcd beside each API server"),
        (["plan", "os-disk-swop"], "There is no drill 'os-disk-swop'"),
        (["judge", "latest"], "There is no run 'latest'"),
        (["report", "../../etc"], "There is no run"),
        (["judge", "yesterday"], "'yesterday' is not the name of a run"),
        (["reap", "--run", "../x"], "'../x' is not the name of a run"),
        (["shell", "20261121-093012-4f2a", "master1"], "has no machine that is up"),
        (["setup", "--provider", "cloud"], "There is no provider that can be set up 'cloud'"),
        (["image", "build", "v0.1"], "'v0.1' is not supported"),
    ],
)
def test_wrong_input_is_one_sentence_and_status_2_and_touches_nothing(
    kubedrill: Command, home: Path, capsys: pytest.CaptureFixture[str], words: list[str], said: str
) -> None:
    assert kubedrill(*words) == 2
    captured = capsys.readouterr()
    assert captured.out == ""
    assert captured.err.startswith("kubedrill: ")
    assert said in captured.err
    assert "Traceback" not in captured.err
    assert list(home.iterdir()) == []


@pytest.mark.parametrize(
    ("toml", "said"),
    [
        ('provdier = "x"', "unknown key 'provdier'"),
        ("[disks]\netcd_mib = -5", "'disks.etcd_mib' is -5"),
        ('[cluster]\nname = "x"', "unknown key 'cluster'"),
        ('[libvirt]\nuri = "test:///default"', "labs cannot be made on the libvirt 'test:///default'"),
        ("[policy.drills.a]\nevery_day = 7", "unknown key 'policy.drills.a.every_day'"),
        ("provider =", "not valid TOML"),
    ],
)
def test_a_wrong_settings_file_is_named_with_its_key(
    kubedrill: Command, home: Path, capsys: pytest.CaptureFixture[str], toml: str, said: str
) -> None:
    (home / "kubedrill.toml").write_text(toml)
    assert kubedrill("list") == 2
    error = capsys.readouterr().err
    assert said in error
    assert "kubedrill.toml" in error


def test_the_real_process_says_the_same_without_a_traceback(home: Path) -> None:
    argv = [sys.executable, "-c", "from harness.cli import main; main()", "run", "nope"]
    done = subprocess.run(argv, capture_output=True, text=True, check=False, env={**os.environ, "NO_COLOR": "1"})
    assert done.returncode == 2
    assert done.stderr == "kubedrill: There is no drill 'nope'\n`kubedrill list` shows them all.\n"
    assert list(home.iterdir()) == []


_ENDS = [(KeyboardInterrupt(), 130), (Interruption(15), 143), (Interruption(2), 130)]


def _check(provider: str, privileges: Privileges, **more: object) -> RunRequest:
    wishes = Wishes(drills=["os-disk-swap"], provider=provider, **more)  # type: ignore[arg-type]
    return check_request(wishes, [_DRILL], Settings(), privileges)


def test_real_machines_without_root_are_refused_with_the_command_to_use() -> None:
    with pytest.raises(SpecError, match="needs root") as refused:
        _check("container", Privileges(is_root=lambda: False))
    assert "sudo kubedrill run os-disk-swap" in refused.value.__notes__[0]


def test_real_machines_without_podman_are_refused_with_the_command_to_use() -> None:
    with pytest.raises(SpecError, match="podman") as refused:
        _check("container", Privileges(is_root=lambda: True, find_program=lambda _: None))
    assert "kubedrill setup" in refused.value.__notes__[0]


def test_rehearsal_needs_neither() -> None:
    nobody = Privileges(is_root=lambda: False, find_program=lambda _: None)
    assert not _check("rehearsal", nobody).is_real


def test_a_source_of_the_settings_that_is_away_hinders_real_machines_only() -> None:
    away = Settings(source="directory=/no/where")
    rehearsed = Wishes(drills=["os-disk-swap"], provider="rehearsal")
    assert check_request(rehearsed, [_DRILL], away, _ROOT).source == "directory=/no/where"
    real = Wishes(drills=["os-disk-swap"], provider="container")
    with pytest.raises(SpecError, match="'/no/where' does not exist"):
        check_request(real, [_DRILL], away, _ROOT)
    assert check_request(replace(real, source="modules"), [_DRILL], away, _ROOT).source == "modules"


@pytest.mark.parametrize(("kvm", "chosen"), [(True, "libvirt"), (False, "container")])
def test_auto_takes_virtual_machines_only_where_a_guest_was_seen_to_run(
    kvm: bool, chosen: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(providers.shutil, "which", lambda _: "/usr/bin/virsh")
    monkeypatch.setattr(providers.importlib.util, "find_spec", lambda _: object())
    proven = Acceleration(kvm=kvm, reason="no guest runs under /dev/kvm", qemu="7.2.0")
    monkeypatch.setattr(acceleration, "proven_acceleration", lambda: proven)
    request = _check("auto", _ROOT)
    assert request.provider == chosen
    assert "KVM" in request.why or "/dev/kvm" in request.why


def test_auto_is_container_machines_where_libvirt_is_not_set_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(providers.shutil, "which", lambda _: None)
    assert _check("auto", _ROOT).provider == "container"


def test_reports_cannot_lie_in_a_file(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(SpecError, match="is not a folder"):
        _check("rehearsal", _ROOT, reports=tmp_path / "file/reports")


def test_a_run_is_found_by_path_name_and_latest(tmp_path: Path) -> None:
    run = tmp_path / "20261121-093012-4f2a"
    run.mkdir()
    (tmp_path / "latest").symlink_to(run.name)
    for asked in ("latest", run.name, str(run)):
        assert find_run(asked, tmp_path) == run


def test_a_broken_lab_is_status_3_with_its_cause(capsys: pytest.CaptureFixture[str]) -> None:
    def broken() -> None:
        raise ExceptionGroup("both", [LabError("The first cause"), LabError("The second")])

    assert guarded(broken) == 3
    assert "The first cause" in capsys.readouterr().err


@pytest.mark.usefixtures("home")
def test_a_crash_of_ours_is_status_3_and_keeps_its_traceback(capsys: pytest.CaptureFixture[str]) -> None:
    assert guarded(lambda: 1 / 0) == 3
    error = capsys.readouterr().err
    assert "Traceback" not in error
    where = Path(error.split("The traceback is in '")[1].split("'")[0])
    assert "ZeroDivisionError" in where.read_text()


@pytest.mark.parametrize(
    ("error", "status"), [(KeyboardInterrupt(), 130), (Interruption(15), 143), (Interruption(2), 130)]
)
def test_an_interruption_has_the_status_of_its_signal(error: BaseException, status: int) -> None:
    def interrupted() -> None:
        raise error

    assert guarded(interrupted) == status
