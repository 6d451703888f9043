"""What people do with real labs from the command line: the matrix, and a recovery by hand."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.real.running import kubedrill, left_on_host, report, run_ids

pytestmark = pytest.mark.real


def test_a_failed_restore_is_done_by_hand_on_the_kept_lab_and_nothing_is_left_of_it(tmp_path: Path) -> None:
    words = ("os-disk-swap", "--provider", "container", "--sabotage", "lose-ca-key", "--keep", "on-failure")
    assert kubedrill("run", *words, "--reports", str(tmp_path)).returncode == 1
    (run,) = run_ids(tmp_path)
    try:
        done = kubedrill("recover", "adopt-data-disk", "--lab", run)
        assert done.returncode == 0, done.stdout + done.stderr
        lines = done.stdout.splitlines()
        assert "master1# kubeadm init --config /etc/kubedrill/kubeadm.yaml --skip-token-print" in lines
        assert kubedrill("recover", "roll-back", "--lab", run).returncode == 2
    finally:
        assert kubedrill("reap", "--run", run).returncode == 0
    assert left_on_host((run,)) == []


def test_cells_of_the_matrix_side_by_side_and_their_memory_measured(tmp_path: Path) -> None:
    cells = ("os-disk-swap", "lose-ca-key", "fault-does-nothing")
    done = kubedrill("sabotage", *cells, "-n", "2", "--provider", "container", "--reports", str(tmp_path))
    assert done.returncode == 0, done.stdout + done.stderr
    matrix = json.loads(next(tmp_path.glob("2*/sabotage.json")).read_text())
    assert matrix["as_expected"] == 2
    for cell in ("os-disk-swap+lose-ca-key", "os-disk-swap+fault-does-nothing"):
        assert 200 < report(tmp_path, cell)["memory"]["peak_mib"] < 4000
    assert left_on_host(run_ids(tmp_path)) == []
