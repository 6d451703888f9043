"""The drills on container machines."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tests.real.running import KUBEDRILL, kubedrill, left_on_host, report, run_ids, started

pytestmark = pytest.mark.real
DRILLS = (
    "os-disk-swap",
    "os-disk-swap-worker",
    "os-disk-swap-seed",
    "destroyed-master",
    "custom-config",
    "rollback",
    "data-disk-failure",
    "restore-new-dir",
    "bad-backup",
    "mismatched-pair",
    "disk-full",
    "encrypted-etcd",
    "old-join",
    "master-outage",
    "pki-loss",
    "pki-loss-least",
    "expired-certificates",
    "drain",
    "node-outage",
    "node-cut-off",
    "member-loss",
    "network-partition",
    "quorum-loss",
    "bad-state-all-alive",
    "cluster-backup",
    "scheduled-backup",
    "external-etcd",
    "sidecar-backup",
    "changed-identity",
    "changed-name",
)


@pytest.mark.parametrize("drill", DRILLS)
def test_the_drill_passes_and_leaves_nothing(drill: str, tmp_path: Path) -> None:
    done = kubedrill("run", drill, "--provider", "container", "--reports", str(tmp_path))
    assert done.returncode == 0, done.stdout + done.stderr
    assert report(tmp_path, drill)["verdict"] == "passed"
    assert left_on_host(run_ids(tmp_path)) == []


def test_two_checkouts_drill_at_the_same_moment(tmp_path: Path) -> None:
    checkout = Path(__file__).resolve().parents[2]
    other = tmp_path / "other"
    subprocess.run(["git", "clone", "--quiet", str(checkout), str(other)], check=True)
    second = [sys.executable, "-c", "from harness.cli import main; main()"]
    words = ["run", "os-disk-swap", "--provider", "container"]
    with (
        started(*words, "--reports", str(tmp_path / "one")) as first,
        subprocess.Popen([*second, *words, "--reports", str(tmp_path / "two")], cwd=other) as beside,
    ):
        assert (first.wait(600), beside.wait(600)) == (0, 0)
    assert report(tmp_path / "one", "os-disk-swap")["verdict"] == "passed"
    assert report(tmp_path / "two", "os-disk-swap")["verdict"] == "passed"


def test_drills_run_side_by_side_through_xdist(tmp_path: Path) -> None:
    done = kubedrill(
        "run", "os-disk-swap", "os-disk-swap-worker", "-n", "2", "--provider", "container", "--reports", str(tmp_path)
    )
    assert done.returncode == 0, done.stdout + done.stderr


def test_plain_pytest_runs_the_same_drill(tmp_path: Path) -> None:
    scenarios = Path(__file__).resolve().parents[2] / "scenarios"
    argv = [KUBEDRILL.with_name("pytest"), scenarios, "-k", "test_os_disk_swap_worker", "--provider", "container"]
    done = subprocess.run(
        [*argv, "--kubedrill-reports", tmp_path, "-p", "no:cacheprovider"], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout
