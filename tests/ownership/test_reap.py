from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from harness.errors import LabError
from harness.ownership import HostState, Kind, audit, host_state, open_lease, read_leases, reap
from harness.ownership.containers import Containers
from harness.ownership.mounts import mount_points
from harness.ownership.processes import Processes, session_members
from harness.ownership.resource import Scope
from harness.shell import Completed
from tests.ownership.world import World
from tests.ownership.wreck import RUN, wreck

OTHER = "20261121-093013-beef"


def test_a_dead_lab_is_ended_in_order_and_nothing_is_left(world: World) -> None:
    wreck(world)
    report = reap(host=world.host)
    assert (report.reaped, report.left, report.errors) == ([RUN], [], [])
    kinds = [leak.kind for leak in report.ended]
    machines, disks = [Kind.CONTAINER, Kind.DOMAIN], [Kind.POOL, Kind.MOUNT, Kind.MOUNT, Kind.LOOP]
    assert kinds == [*machines, *disks, Kind.NETNS, Kind.NETWORK, Kind.LINK, Kind.FOLDER]
    unmounted = [argv[-1] for argv in world.commands if argv[0] == "umount"]
    assert unmounted == sorted(unmounted, key=len, reverse=True)
    assert audit(RUN, host=world.host) == ()
    assert read_leases() == ()
    assert list((world.cache / "store/labs").iterdir()) == []


def test_a_live_run_beside_it_is_not_touched(world: World) -> None:
    wreck(world)
    with open_lease(OTHER) as lease:
        world.add_container(f"{lease.name}-master1", OTHER)
        world.add_netns(lease.name)
        report = reap(host=world.host)
        assert (report.reaped, report.alive) == ([RUN], [OTHER])
        assert list(world.containers) == [f"{lease.name}-master1"]
        assert (world.root / "netns" / lease.name).exists()


def test_a_named_run_that_lives_is_refused(world: World) -> None:
    with open_lease(RUN) as lease:
        world.add_netns(lease.name)
        report = reap([RUN], release_kept=True, host=world.host)
        assert report.alive == [RUN]
        assert (world.root / "netns" / lease.name).exists()


def test_ones_own_run_counts_as_dead_and_its_lease_stays(world: World) -> None:
    with open_lease(RUN, parent=True) as lease:
        lease.claim(Kind.NETNS, lease.name)
        world.add_netns(lease.name)
        assert reap([], own=RUN, host=world.host).clean
        assert list((world.root / "netns").iterdir()) == []
        assert lease.claims == ()
        assert lease.folder.exists()
    assert not lease.folder.exists()


def test_a_kept_lab_stays_and_a_dead_one_of_the_same_run_goes(world: World) -> None:
    wreck(world)
    kept = wreck(world, suffix="cd34", number=1)
    until = world.clock.now() + timedelta(hours=1)
    (kept / "kept.json").write_text(json.dumps({"until": until.isoformat()}))
    report = reap(host=world.host)
    assert (report.kept, report.left) == ([f"kd-{RUN}-cd34"], [])
    assert list(world.containers) == [f"kd-{RUN}-cd34-master1"]
    assert reap([RUN], release_kept=True, host=world.host).clean
    assert world.containers == {}


def test_a_kept_lab_goes_after_its_deadline(world: World) -> None:
    kept = wreck(world)
    (kept / "kept.json").write_text(json.dumps({"until": world.clock.now().isoformat()}))
    world.clock.ahead += timedelta(minutes=1)
    assert reap(host=world.host).reaped == [RUN]


def test_what_cannot_be_ended_is_listed_and_the_rest_goes_on(world: World) -> None:
    lease = wreck(world)
    stuck = str(world.cache / f"store/labs/kd-{RUN}-ab12/master1")
    world.stubborn = {stuck, f"kd-{RUN}-ab12-master1"}
    report = reap(host=world.host)
    assert not report.clean
    assert {leak.kind for leak in report.left} == {Kind.CONTAINER, Kind.DOMAIN, Kind.MOUNT, Kind.FOLDER}
    assert Kind.NETNS in {leak.kind for leak in report.ended}
    assert any("is busy" in error for error in report.errors)
    assert ("umount", "--lazy", stuck) in world.commands
    assert lease.exists(), "the lease stays, so that the next reap tries again"
    assert Path(stuck).exists(), "a folder with a mount in it is never removed"


def test_a_lab_whose_lease_is_lost_is_found_by_its_name(world: World) -> None:
    name = f"kd-{RUN}-ab12"
    (world.cache / "labs" / name).mkdir(parents=True)
    world.add_netns(f"{name}-master1")
    world.add_container(f"{name}-master1", RUN)
    world.add_netns("not-ours")
    report = reap(host=world.host)
    assert (report.reaped, report.left) == ([RUN], [])
    assert [path.name for path in (world.root / "netns").iterdir()] == ["not-ours"]


def test_a_lost_lab_stays_while_a_process_of_its_run_lives(world: World) -> None:
    world.add_netns(f"kd-{RUN}-ab12")
    world.add_process(4242, run=RUN)
    report = reap(host=world.host)
    assert (report.reaped, report.ended) == ([], [])
    assert (world.root / "netns" / f"kd-{RUN}-ab12").exists()


def test_a_lab_of_another_cache_is_left_to_that_cache(world: World, tmp_path: Path) -> None:
    (tmp_path / f"other/leases/{RUN}.ab12").mkdir(parents=True)
    (world.root / "registry/other").symlink_to(tmp_path / "other/leases")
    world.add_netns(f"kd-{RUN}-ab12")
    assert reap(host=world.host).reaped == []
    assert reap([RUN], release_kept=True, host=world.host).alive == [RUN]
    assert (world.root / "netns" / f"kd-{RUN}-ab12").exists()


def test_without_podman_the_rest_is_reaped(world: World) -> None:
    wreck(world)
    world.has_podman = False
    world.containers.clear()
    assert reap(host=world.host).clean
    assert not any(argv[0] == "podman" for argv in world.commands)


def test_when_nobody_can_look_nothing_is_called_clean(world: World) -> None:
    wreck(world)

    def broken(argv: Sequence[str], *, timeout: timedelta | None = None) -> Completed:  # noqa: ARG001
        raise OSError("podman is gone")

    report = reap(host=replace(world.host, command=broken))
    assert not report.clean
    assert any("could not look" in leak.detail for leak in report.left)


def test_an_audit_of_one_lab_does_not_see_its_neighbour(world: World) -> None:
    wreck(world)
    wreck(world, suffix="cd34", number=1)
    found = audit(RUN, lab=f"kd-{RUN}-cd34", host=world.host)
    assert {leak.kind for leak in found} == set(Kind) - {Kind.PROCESS}
    assert not any("ab12" in leak.name for leak in found)


def test_monitors_of_podman_and_our_own_kin_are_never_processes_to_end(world: World) -> None:
    world.add_process(4242, run=RUN, command=f"conmon -n kd-{RUN}-ab12-master1")
    world.add_process(os.getpid(), run=RUN)
    world.add_process(4243, run=OTHER)
    world.add_process(4244, run=RUN)
    found = Processes().find(Scope(run=RUN, cache=world.cache), world.host)
    assert [leak.name for leak in found] == ["4244"]


def test_a_session_is_known_whatever_a_process_calls_itself(world: World) -> None:
    world.add_process(77, run=RUN)
    assert session_members(77, world.host) == (77,)


def test_a_process_that_ignores_sigterm_is_killed(world: World) -> None:
    code = "import signal; signal.signal(signal.SIGTERM, signal.SIG_IGN); print('on', flush=True); input()"
    environment = {**os.environ, "KUBEDRILL_RUN": RUN}
    with subprocess.Popen(
        [sys.executable, "-c", code], env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as deaf:
        assert deaf.stdout is not None
        deaf.stdout.readline()
        host = replace(world.host, proc=Path("/proc"))
        scope = Scope(run=RUN, cache=world.cache)
        found = Processes().find(scope, host)
        assert [leak.name for leak in found] == [str(deaf.pid)]
        Processes().end(found, scope, host)
        assert deaf.wait() == -9


def test_mount_points_are_read_with_blanks_in_them(world: World) -> None:
    world.add_mount(Path("/mnt/a b\\c"))
    assert mount_points(world.host) == ("/mnt/a b\\c",)


def test_podmans_nonsense_is_an_error_and_not_an_empty_list(world: World) -> None:
    answer = world.run(["true"], timeout=timedelta(1))

    def nonsense(argv: Sequence[str], *, timeout: timedelta | None = None) -> Completed:  # noqa: ARG001
        return replace(answer, stdout=b'[{"x": 1}]')

    with pytest.raises(LabError, match="cannot be read"):
        Containers().find(Scope(run=RUN, cache=world.cache), replace(world.host, command=nonsense))


def test_the_hosts_clock_and_settings_are_compared() -> None:
    before = HostState(lead=100.0, sysctls={"kernel.panic": "0", "vm.panic_on_oom": "0"})
    after = HostState(lead=96.5, sysctls={"kernel.panic": "10", "vm.panic_on_oom": "0"})
    assert before.changes(before) == ()
    clock, setting = before.changes(after)
    assert "set back by 3.5 s" in clock
    assert "'kernel.panic' was '0' and is '10'" in setting
    assert host_state().changes(host_state()) == ()


_HOLDER = """
import subprocess, sys
from harness.ownership import Kind, cache_root, open_lease
from harness.shell import run
with open_lease(sys.argv[1]) as lease:
    folder = cache_root() / "labs" / lease.name
    lease.claim(Kind.FOLDER, str(folder)); (folder / "mnt").mkdir(parents=True)
    image = folder / "disk.img"; image.touch(); image.open("r+b").truncate(32 << 20)
    run(["mkfs.ext4", "-q", str(image)])
    lease.claim(Kind.LOOP, str(image)); lease.claim(Kind.MOUNT, str(folder / "mnt"))
    run(["mount", "-o", "loop", str(image), str(folder / "mnt")])
    lease.claim(Kind.NETNS, lease.name); run(["ip", "netns", "add", lease.name])
    subprocess.Popen(["sleep", "600"], cwd=folder / "mnt")
    print(lease.name, flush=True)
    sys.stdin.read()
"""


@pytest.mark.real
@pytest.mark.usefixtures("cache")
def test_after_kill_9_a_reap_leaves_nothing_real() -> None:
    environment = {**os.environ, "KUBEDRILL_RUN": RUN}
    argv = [sys.executable, "-c", _HOLDER, RUN]
    with subprocess.Popen(argv, env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as holder:
        assert holder.stdout is not None
        name = holder.stdout.readline().strip()
        assert reap([RUN]).alive == [RUN]
        holder.kill()
        holder.wait()
    assert {leak.kind for leak in audit(RUN)} == {Kind.PROCESS, Kind.MOUNT, Kind.LOOP, Kind.NETNS, Kind.FOLDER}
    report = reap([RUN])
    assert (report.left, report.errors) == ([], [])
    assert not Path("/run/netns", name).exists()
    assert audit(RUN) == ()
