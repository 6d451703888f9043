"""Runs that are killed or interrupted, and what is left of them."""

from __future__ import annotations

import hashlib
import signal
from pathlib import Path

import pytest

from harness.images.image import images_folder
from tests.real.running import await_phase, journal, kubedrill, left_on_host, report, run_ids, started, tell

pytestmark = pytest.mark.real
DRILL = "os-disk-swap"
PHASES = ("lab", "cluster", "baseline", "recovery", "reboot")


def cached() -> dict[str, str]:
    return {str(path): hashlib.sha256(path.read_bytes()).hexdigest() for path in images_folder().glob("*/image.json")}


def test_kill_at_five_phases_then_reap_leaves_nothing_and_spares_the_run_beside_it(tmp_path: Path) -> None:
    before = cached()
    with started("run", "os-disk-swap-worker", "--provider", "container", "--reports", str(tmp_path / "live")) as live:
        await_phase(tmp_path / "live", "os-disk-swap-worker", "cluster", live)
        for phase in PHASES:
            reports = tmp_path / phase
            with started("run", DRILL, "--provider", "container", "--reports", str(reports)) as doomed:
                await_phase(reports, DRILL, phase, doomed)
                doomed.kill()
                doomed.wait(60)
            assert kubedrill("reap").returncode == 0
            assert left_on_host(run_ids(reports)) == [], phase
        assert live.wait(900) == 0
    assert cached() == before
    after = kubedrill("run", DRILL, "--provider", "container", "--reports", str(tmp_path / "after"))
    assert after.returncode == 0, after.stdout + after.stderr


@pytest.mark.parametrize(("which", "status"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
@pytest.mark.parametrize("workers", ["1", "2"])
def test_a_signal_releases_everything_by_itself(
    which: signal.Signals, status: int, workers: str, tmp_path: Path
) -> None:
    drills = [DRILL, "os-disk-swap-worker"] if workers == "2" else [DRILL]
    with started("run", *drills, "-n", workers, "--provider", "container", "--reports", str(tmp_path)) as process:
        await_phase(tmp_path, drills[-1], "cluster", process)
        tell(process, which)
        assert process.wait(120) == status
    assert left_on_host(run_ids(tmp_path)) == []


def test_the_journal_of_a_killed_run_still_gives_a_report(tmp_path: Path) -> None:
    with started("run", DRILL, "--provider", "container", "--reports", str(tmp_path)) as process:
        await_phase(tmp_path, DRILL, "baseline", process)
        process.kill()
        process.wait(60)
    assert kubedrill("reap").returncode == 0
    assert journal(tmp_path, DRILL)
    (run,) = run_ids(tmp_path)
    assert kubedrill("report", str(tmp_path / run)).returncode in (0, 3)
    assert report(tmp_path, DRILL)["verdict"] == "errored"
