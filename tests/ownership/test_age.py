"""What only seems dead, and what is too young to be ended."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from harness.clock import Deadline, HostClock, NotYet, wait_for
from harness.ownership import Kind, State, leases_root, new_run_id, open_lease, read_leases, reap
from harness.ownership.record import is_held
from harness.ownership.run_id import begun_at
from tests.ownership.world import World
from tests.ownership.wreck import RUN, wreck

HOURS = timedelta(hours=1)
_SOON = timedelta(seconds=10)


def test_dead_runs_that_are_younger_than_asked_stay_and_say_why(world: World) -> None:
    wreck(world)
    report = reap(older_than=48 * HOURS, host=world.host)
    assert (report.reaped, report.ended, list(report.spared)) == ([], [], [RUN])
    assert report.spared[RUN].endswith(" min ago")
    assert len(world.containers) == 1
    assert reap(older_than=23 * HOURS, host=world.host).reaped == [RUN]
    assert world.containers == {}


def test_what_has_no_lease_here_may_be_alive_elsewhere_and_stays_for_six_hours(world: World) -> None:
    young = new_run_id(world.clock.now() - 5 * HOURS)
    world.add_container(f"kd-{young}-ab12-master1", young)
    report = reap(host=world.host)
    assert report.clean
    assert "no lease of it is here, so that it may be alive elsewhere" in report.spared[young]
    assert len(world.containers) == 1
    world.clock.ahead += 1.1 * HOURS
    assert reap(host=world.host).reaped == [young]
    assert world.containers == {}


def test_what_has_no_lease_here_is_ended_by_its_name_at_once(world: World) -> None:
    young = new_run_id(world.clock.now())
    world.add_container(f"kd-{young}-ab12-master1", young)
    assert reap([young], release_kept=True, host=world.host).reaped == [young]
    assert world.containers == {}


def test_a_lock_that_was_taken_on_another_file_tells_nothing(world: World) -> None:
    young = new_run_id(world.clock.now())
    with open_lease(young, parent=True) as lease:
        lease.claim(Kind.NETNS, lease.name)
        world.add_netns(lease.name)
        # As an overlay over the cache shows it: the same path, another file.
        shutil.copytree(lease.folder, aside := world.root / "aside")
        shutil.rmtree(lease.folder)
        shutil.copytree(aside, lease.folder)
        (seen,) = read_leases()
        assert seen.state is State.UNCLEAR
        report = reap(host=world.host)
        assert "its lock cannot be seen from here" in report.spared[young]
        assert (world.root / "netns" / lease.name).exists()
        world.clock.ahead += 7 * HOURS
        assert reap(host=world.host).reaped == [young]


def test_after_another_start_of_the_host_nobody_can_hold_a_lock(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    lease = wreck(world)
    (lease / "owner.json").write_text('{"boot_id": "before", "lock": "1:2"}')
    assert [one.state for one in read_leases()] == [State.DEAD]
    monkeypatch.setattr("harness.ownership.record.boot_id", lambda: "before")
    assert [one.state for one in read_leases()] == [State.UNCLEAR]


def test_a_runs_name_tells_when_it_began(world: World) -> None:
    now = world.clock.now().replace(microsecond=0)
    assert begun_at(new_run_id(now)) == now


_HOLDER = """
import os, sys
from harness.ownership import Kind, cache_root, open_lease
with open_lease(sys.argv[1], parent=True) as lease:
    folder = cache_root() / "labs" / lease.name
    lease.claim(Kind.FOLDER, str(folder)); folder.mkdir(parents=True)
    print(os.getpid(), flush=True)
    sys.stdin.read()
"""


@pytest.mark.real
@pytest.mark.parametrize(
    "apart", [("--pid", "--fork", "--mount-proc"), ("--pid", "--fork", "--mount", "--net", "--uts")]
)
def test_a_lease_that_is_held_from_another_pid_namespace_is_alive_and_dies_with_its_holder(
    apart: tuple[str, ...], cache: Path
) -> None:
    run = new_run_id(datetime.now(UTC))
    argv = ["unshare", *apart, "--kill-child", sys.executable, "-c", _HOLDER, run]
    with subprocess.Popen(argv, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=os.environ) as holder:
        assert holder.stdout is not None
        assert holder.stdout.readline().strip() == "1", "it is the first process of its namespace"
        (alive,) = read_leases()
        assert (alive.state, alive.pid) == (State.ALIVE, 1)
        assert reap([run]).alive == [run]
        assert (cache / "labs" / alive.name).exists()
        holder.kill()
        holder.wait()
    # The kernel ends the namespace behind the back of whoever waits for its first process.
    wait_for("the lock to go", lambda: not is_held(alive.folder) or NotYet("held"), Deadline.after(_SOON, HostClock()))
    assert reap([run]).reaped == [run]
    assert list(leases_root().iterdir()) == []


@pytest.mark.real
def test_a_lease_seen_through_an_overlay_is_not_taken_for_dead(cache: Path, tmp_path: Path) -> None:
    merged, disk = tmp_path / "merged", tmp_path / "disk"
    disk.mkdir()
    merged.mkdir()
    # An overlay's own files must not lie on an overlay.
    subprocess.run(["mount", "-t", "tmpfs", "upper", disk], check=True)
    try:
        for name in ("upper", "work"):
            (disk / name).mkdir()
        layers = f"lowerdir={cache.resolve()},upperdir={disk}/upper,workdir={disk}/work"
        code = "from harness.ownership import read_leases; print([lease.state.value for lease in read_leases()])"
        with open_lease(RUN, parent=True):
            subprocess.run(["mount", "-t", "overlay", "overlay", "-o", layers, merged], check=True)
            try:
                environment = {**os.environ, "KUBEDRILL_CACHE": str(merged)}
                told = subprocess.run([sys.executable, "-c", code], env=environment, capture_output=True, text=True)
            finally:
                subprocess.run(["umount", merged], check=True)
        assert told.stdout.strip() in ("['unclear']", "['alive']"), told.stderr
    finally:
        subprocess.run(["umount", disk], check=True)
