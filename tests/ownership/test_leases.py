from __future__ import annotations

import os
import signal
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.errors import SpecError
from harness.ownership import Kind, State, check_run_id, leases_root, new_run_id, open_lease, read_leases
from harness.ownership.places import other_leases, register_leases
from harness.ownership.reap import is_alive
from harness.ownership.run_id import run_of

RUN = "20261121-093012-4f2a"
_OWNER = """
import sys
from harness.ownership import Kind, open_lease
with open_lease(sys.argv[1], parent=sys.argv[2] == "parent") as lease:
    lease.claim(Kind.NETNS, lease.name)
    print(lease.name, flush=True)
    sys.stdin.read()
"""


def _owner(role: str = "worker") -> subprocess.Popen[str]:
    process = subprocess.Popen(
        [sys.executable, "-c", _OWNER, RUN, role], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    assert process.stdout.readline().startswith(f"kd-{RUN}-")
    return process


@pytest.mark.usefixtures("cache")
def test_a_lease_is_alive_until_kill_9_and_then_dead_with_its_claims() -> None:
    owner = _owner()
    try:
        (alive,) = read_leases()
        assert (alive.state, alive.pid) == (State.ALIVE, owner.pid)
    finally:
        os.kill(owner.pid, signal.SIGKILL)
        owner.wait()
    (dead,) = read_leases()
    assert dead.state is State.DEAD
    assert [claim.kind for claim in dead.claims] == [Kind.NETNS]


@pytest.mark.usefixtures("cache")
def test_a_run_is_dead_with_its_parent_though_a_worker_still_holds_a_lease() -> None:
    parent, worker = _owner("parent"), _owner()
    try:
        assert is_alive(read_leases())
        os.kill(parent.pid, signal.SIGKILL)
        parent.wait()
        leases = read_leases()
        assert sorted(lease.state for lease in leases) == [State.ALIVE, State.DEAD]
        assert not is_alive(leases)
    finally:
        for process in (parent, worker):
            process.kill()
            process.wait()


@pytest.mark.usefixtures("cache")
def test_without_a_parent_a_run_lives_by_any_of_its_leases() -> None:
    with open_lease(RUN), open_lease(RUN) as second:
        second.claim(Kind.NETNS, second.name)
        assert len(read_leases()) == 2
        assert is_alive(read_leases())


@pytest.mark.usefixtures("cache")
def test_a_lease_that_owns_nothing_leaves_nothing() -> None:
    with open_lease(RUN) as lease:
        lease.claim(Kind.LINK, "kd0")
        lease.release(Kind.LINK, "kd0")
        lease.release(Kind.LINK, "never claimed")
    assert list(leases_root().iterdir()) == []


@pytest.mark.usefixtures("cache")
def test_a_failing_block_leaves_its_claim_for_reap() -> None:
    with pytest.raises(ZeroDivisionError), open_lease(RUN) as lease, lease.owning(Kind.LINK, "kd0"):
        raise ZeroDivisionError
    (left,) = read_leases()
    assert [claim.name for claim in left.claims] == ["kd0"]


@pytest.mark.usefixtures("cache")
def test_a_kept_lease_outlives_its_owner_until_its_deadline() -> None:
    now = datetime.now(UTC)
    with open_lease(RUN) as lease:
        lease.claim(Kind.LINK, "kd0")
        until = lease.keep_until()
        assert lease.kept
    assert timedelta(hours=3) < until - now < timedelta(hours=5)
    assert read_leases(now=now)[0].state is State.KEPT
    assert read_leases(now=until)[0].state is State.DEAD


@pytest.mark.usefixtures("cache")
def test_many_threads_claim_at_once_and_none_is_lost() -> None:
    with open_lease(RUN) as lease:
        with ThreadPoolExecutor(8) as threads:
            list(threads.map(lambda number: lease.claim(Kind.LINK, f"kd{number % 20}"), range(60)))
        assert len(lease.claims) == 20
        for claim in lease.claims:
            lease.release(claim.kind, claim.name)


@pytest.mark.parametrize(
    ("kind", "name"),
    [
        (Kind.FOLDER, "/etc"),
        (Kind.FOLDER, "/tmp"),
        (Kind.FOLDER, "/tmp/somebody"),
        (Kind.FOLDER, "/tmp/kd-x/../../etc"),
        (Kind.FOLDER, "CACHE"),
        (Kind.FOLDER, "CACHE/leases"),
        (Kind.MOUNT, "/"),
        (Kind.MOUNT, "relative"),
        (Kind.LOOP, "/a/../b"),
        (Kind.CONTAINER, "postgres"),
        (Kind.CONTAINER, "kd-20260101-000000-0000-a-master1"),
        (Kind.NETNS, "kd-"),
    ],
)
def test_what_a_reap_could_not_safely_undo_cannot_be_claimed(cache: Path, kind: Kind, name: str) -> None:
    with open_lease(RUN) as lease, pytest.raises(SpecError, match="cannot be claimed"):
        lease.claim(kind, name.replace("CACHE", str(cache.resolve())))


def test_a_damaged_claim_is_told_and_does_not_hide_the_others(cache: Path) -> None:
    with open_lease(RUN) as lease:
        lease.claim(Kind.LINK, "kd0")
        (lease.folder / "claims" / "link-x.json").write_text("{")
        (record,) = read_leases()
    assert [claim.name for claim in record.claims] == ["kd0"]
    assert len(record.damage) == 1
    assert cache.exists()


def test_other_caches_are_known_by_the_registry(cache: Path, tmp_path: Path) -> None:
    other = tmp_path / "other"
    (other / f"{RUN}.ab12").mkdir(parents=True)
    (tmp_path / "registry").mkdir()
    (tmp_path / "registry/stale").symlink_to(tmp_path / "gone")
    for root in (other, leases_root()):
        register_leases(root, tmp_path / "registry")
    assert [path.name for path in other_leases(tmp_path / "registry")] == [f"{RUN}.ab12"]
    assert not (tmp_path / "registry/stale").is_symlink()
    assert cache.exists()


def test_run_ids_sort_as_the_runs_began() -> None:
    moments = [datetime(2026, 1, day, hour, tzinfo=UTC) for day in (1, 2, 31) for hour in (0, 9, 23)]
    ids = [check_run_id(new_run_id(moment)) for moment in moments]
    assert ids == sorted(ids)


@pytest.mark.parametrize("bad", ["", "latest", "../x", "20261121-093012-4F2A", f"{RUN}\n", f"{RUN}-a"])
def test_what_is_not_a_run_id_is_refused(bad: str) -> None:
    with pytest.raises(SpecError, match="not the name of a run"):
        check_run_id(bad)


@given(st.text(alphabet="abcdef0123456789-", max_size=20))
def test_a_name_tells_its_run_and_only_names_of_ours_do(rest: str) -> None:
    assert run_of(f"kd-{RUN}-{rest}") == RUN
    assert run_of(f"kd-{RUN}") == RUN
    assert run_of(f"kube-{RUN}-{rest}") is None
    assert run_of(f"kd-{rest}") in (None, rest[:20])
