"""The host in trouble while real machines run: errored with the cause, status 3, nothing lost and nothing left."""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import stat
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from harness.ownership import Host, read_leases
from harness.ownership.processes import session_members
from tests.real.memory import small_memory
from tests.real.running import await_phase, journal, kubedrill, left_on_host, report, run_ids, started

pytestmark = pytest.mark.real
DRILL = "os-disk-swap"
RUN = ("run", DRILL, "--provider", "container", "--reports")


@contextlib.contextmanager
def small(folder: Path, *options: str) -> Iterator[Path]:
    """A small file system in memory."""
    folder.mkdir()
    subprocess.run(["mount", "-t", "tmpfs", "-o", ",".join(options), "small", folder], check=True)
    try:
        yield folder
    finally:
        subprocess.run(["umount", "--lazy", folder], check=True)


@contextlib.contextmanager
def troubled_podman(folder: Path, monkeypatch: pytest.MonkeyPatch, trouble: str) -> Iterator[Path]:
    """A podman that does what it is told, until the file is there; then it is in trouble."""
    real = shutil.which("podman")
    assert real is not None
    begun = folder / "trouble"
    (folder / "bin").mkdir()
    program = folder / "bin/podman"
    program.write_text(f'#!/bin/sh\n[ ! -e "{begun}" ] || {trouble}\nexec {real} "$@"\n')
    program.chmod(stat.S_IRWXU)
    monkeypatch.setenv("PATH", f"{program.parent}:{os.environ['PATH']}")
    try:
        yield begun
    finally:
        begun.unlink(missing_ok=True)


def nothing_is_left(reports: Path) -> None:
    """A reap by a sound host takes all away."""
    assert kubedrill("reap").returncode == 0
    runs = run_ids(reports)
    assert left_on_host(runs) == []
    assert [lease.name for lease in read_leases() if lease.run in runs] == []


@pytest.mark.parametrize("options", [("size=96k",), ("size=64m", "nr_inodes=12")], ids=["no room", "no inodes"])
def test_reports_that_find_no_room_are_errored_and_take_no_machine_along(
    tmp_path: Path, options: tuple[str, ...]
) -> None:
    with small(tmp_path / "reports", *options) as reports:
        done = kubedrill(*RUN, str(reports))
        assert done.returncode == 3, done.stdout + done.stderr
        said = done.stdout + done.stderr
        assert "No space left on device" in said or "left on the disk" in said, said
        assert "report it" not in said
        nothing_is_left(reports)


def test_a_cache_that_finds_no_room_for_disks_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with small(tmp_path / "cache", "size=8m") as cache:
        monkeypatch.setenv("KUBEDRILL_CACHE", str(cache))
        done = kubedrill(*RUN, str(tmp_path / "reports"))
        assert done.returncode == 3, done.stdout + done.stderr
        assert "room" in done.stdout + done.stderr
        assert kubedrill("reap").returncode == 0


def test_a_worker_that_memory_runs_out_on_is_errored_and_its_lab_goes(tmp_path: Path) -> None:
    with started(*RUN, str(tmp_path)) as process:
        await_phase(tmp_path, DRILL, "cluster", process)
        (child,) = [int(pid) for pid in Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text().split()]
        # As the kernel's OOM killer does: without a word, and the hungriest first.
        for number in session_members(child, Host()):
            with contextlib.suppress(ProcessLookupError):
                os.kill(number, signal.SIGKILL)
        assert process.wait(180) == 3
    assert left_on_host(run_ids(tmp_path)) == []
    told = report(tmp_path, DRILL)
    assert (told["verdict"], told["cause"].partition(",")[0]) == ("errored", "the run ended before its end")


def test_a_worker_that_the_kernel_ends_at_a_limit_of_memory_is_errored_and_its_lab_goes(tmp_path: Path) -> None:
    with small_memory() as group, started(*RUN, str(tmp_path)) as process:
        await_phase(tmp_path, DRILL, "cluster", process)
        (child,) = [int(pid) for pid in Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text().split()]
        for number in session_members(child, Host()):
            group.take(number)
        group.limit(1 << 20)
        assert process.wait(180) == 3
        assert group.kills() > 0
    told = report(tmp_path, DRILL)
    assert (told["verdict"], told["cause"].partition(",")[0]) == ("errored", "the run ended before its end")
    nothing_is_left(tmp_path)


# One that hangs takes six minutes to be given up by all who ask it.
@pytest.mark.parametrize(
    ("phase", "trouble"),
    [
        pytest.param("lab", "kill -9 $$", id="killed while machines are made"),
        pytest.param("cluster", "kill -9 $$", id="killed before the machines are broken"),
        pytest.param("cluster", "exit 125", id="refuses"),
        pytest.param("cluster", "sleep 600", id="hangs"),
        pytest.param("recovery", "exit 125", id="refuses in the recovery"),
    ],
)
def test_a_podman_in_trouble_is_lab_trouble(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, phase: str, trouble: str
) -> None:
    with troubled_podman(tmp_path, monkeypatch, trouble) as begun:
        with started(*RUN, str(tmp_path / "reports")) as process:
            await_phase(tmp_path / "reports", DRILL, phase, process)
            begun.touch()
            assert process.wait(900) == 3
    told = report(tmp_path / "reports", DRILL)
    assert told["verdict"] == "errored"
    assert "podman" in told["cause"] or "machine" in told["cause"], told["cause"]
    nothing_is_left(tmp_path / "reports")


def test_machines_that_somebody_kills_are_lab_trouble_and_no_failed_restore(tmp_path: Path) -> None:
    with started(*RUN, str(tmp_path)) as process:
        await_phase(tmp_path, DRILL, "baseline", process)
        (run,) = run_ids(tmp_path)
        names = subprocess.run(["podman", "ps", "--format", "{{.Names}}"], capture_output=True, text=True, check=True)
        for name in names.stdout.split():
            if run in name:
                subprocess.run(["podman", "kill", name], check=False)
        assert process.wait(900) == 3
    assert report(tmp_path, DRILL)["verdict"] == "errored"
    nothing_is_left(tmp_path)


@pytest.mark.parametrize("phase", ["cluster", "recovery"])
def test_a_libvirt_that_is_started_anew_loses_no_machine_and_nothing_is_left(phase: str, tmp_path: Path) -> None:
    """The daemon only watches its machines: the drill goes on, or is errored; it is never failed."""
    words = ("run", DRILL, "--provider", "libvirt", "--reports", str(tmp_path))
    with started(*words) as process:
        await_phase(tmp_path, DRILL, phase, process, limit=900)
        pid = Path("/run/libvirtd.pid")
        os.kill(int(pid.read_text()), signal.SIGKILL)
        subprocess.run(["libvirtd", "--daemon"], check=True)
        assert process.wait(3600) in (0, 3)
    told = report(tmp_path, DRILL)
    assert told["verdict"] in ("passed", "errored")
    assert told["verdict"] == "passed" or "libvirt" in told["cause"] or "machine" in told["cause"], told["cause"]
    assert journal(tmp_path, DRILL)
    nothing_is_left(tmp_path)
