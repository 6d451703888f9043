"""pytest itself, as users start it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from harness.ownership import MARK
from tests.drill.rehearsing import SCENARIOS, STORIES

PASSING = '''
from datetime import timedelta
import pytest
from harness import faults, recoveries

@pytest.mark.lab("1")
def test_told_by_host(drill, host) -> None:
    """What pytest-testinfra asks is answered by the machine of the drill."""
    before = drill.baseline()
    drill.inject(faults.SwapOsDisk(drill.cluster.master))
    assert not host.file("/etc/kubernetes/admin.conf").exists
    drill.recover(recoveries.AdoptDataDisk(drill.cluster.master), within=timedelta(minutes=5))
    assert host.file("/etc/kubernetes/admin.conf").mode == 0o600
    assert host.service("kubelet").is_running
    drill.expect_survival(of=before, losing_at_most=timedelta(0))
'''
SIZED = '''
from datetime import timedelta
import pytest
from harness import faults, recoveries

@pytest.fixture
def sizes(drill):
    return {disk.name: disk.size_mib for disk in drill.cluster.master.machine.spec.data_disks}

@pytest.mark.lab("1")
def test_sized(drill, sizes) -> None:
    """The data disks are as large as the settings say."""
    before = drill.baseline()
    assert sizes == {"etcd": 640, "volumes": 512}
    drill.inject(faults.SwapOsDisk(drill.cluster.master))
    drill.recover(recoveries.AdoptDataDisk(drill.cluster.master), within=timedelta(minutes=5))
    drill.expect_survival(of=before, losing_at_most=timedelta(0))
'''
SETTINGS = """
provider = "rehearsal"
kubernetes = "v1.33"
keep = "always"
keep_hours = 7
reports = "kept/here"
scenarios = ["test_sized.py"]

[disks]
etcd_mib = 640
volumes_mib = 512
"""
UNMARKED = "def test_nowhere(drill) -> None:\n    drill.baseline()\n"
ORDINARY = "def test_this_machine(host) -> None:\n    assert host.backend.NAME == 'local'\n"


@pytest.fixture
def environment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> dict[str, str]:
    monkeypatch.delenv(MARK, raising=False)
    return {**os.environ, "KUBEDRILL_CACHE": str(tmp_path / "cache"), "PYTEST_ADDOPTS": ""}


def perform(
    environment: dict[str, str], folder: Path, *words: object, provider: str = "rehearsal"
) -> subprocess.CompletedProcess[str]:
    """One pytest of its own; its reports go into the folder."""
    argv = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-c", os.devnull, *map(str, words)]
    options = ["--provider", provider, "--kubedrill-reports", str(folder), f"--rootdir={folder.parent}"]
    return subprocess.run(
        [*argv, *options], env=environment, cwd=folder.parent, capture_output=True, text=True, check=False
    )


def verdicts(folder: Path) -> dict[str, str]:
    """The verdict of each drill in the only run of a folder."""
    reports = {path.parent.name: json.loads(path.read_text()) for path in folder.glob("2*/*/report.json")}
    return {name: report["verdict"] for name, report in reports.items()}


def test_all_scenarios_pass_side_by_side(environment: dict[str, str], tmp_path: Path) -> None:
    done = perform(environment, tmp_path / "reports", SCENARIOS, "-n", 2)
    assert done.returncode == 0, done.stdout + done.stderr
    assert verdicts(tmp_path / "reports") == dict.fromkeys(STORIES, "passed")
    (run,) = (tmp_path / "reports").iterdir()
    for name in STORIES:
        files = {path.name for path in (run / name).iterdir()}
        assert {"journal.jsonl", "report.json", "junit.xml", "report.html", "evidence"} <= files


def test_a_failed_drill_is_a_failure_and_an_inconclusive_one_an_error_of_pytest(
    environment: dict[str, str], tmp_path: Path
) -> None:
    lost = perform(environment, tmp_path / "one", SCENARIOS, "-k", "swap_worker", "--sabotage", "lose-sa-key")
    idle = perform(environment, tmp_path / "two", SCENARIOS, "-k", "swap_worker", "--sabotage", "fault-does-nothing")
    assert (lost.returncode, verdicts(tmp_path / "one")) == (1, {"os-disk-swap-worker": "failed"})
    assert "sa.key" in lost.stdout
    assert (idle.returncode, verdicts(tmp_path / "two")) == (1, {"os-disk-swap-worker": "inconclusive"})
    assert "did not bite" in idle.stdout


def test_host_is_the_drills_in_scenarios_and_testinfras_elsewhere(environment: dict[str, str], tmp_path: Path) -> None:
    for name, text in (("told", PASSING), ("ordinary", ORDINARY), ("unmarked", UNMARKED)):
        (tmp_path / f"test_{name}.py").write_text(text)
    done = perform(environment, tmp_path / "reports", *sorted(tmp_path.glob("test_*.py")), "-vv")
    assert "test_told_by_host PASSED" in done.stdout
    assert "test_this_machine[local] PASSED" in done.stdout
    assert verdicts(tmp_path / "reports") == {"told-by-host": "passed"}
    # A scenario that does not say its lab is refused before anything is made.
    assert "test_nowhere ERROR" in done.stdout
    assert "does not say its lab" in done.stdout
    assert done.returncode == 1


@pytest.mark.parametrize("command", ["pytest", "kubedrill"])
def test_a_drill_obeys_the_settings_of_the_folder_that_it_is_started_in(
    command: str, environment: dict[str, str], tmp_path: Path
) -> None:
    (tmp_path / "kubedrill.toml").write_text(SETTINGS)
    (tmp_path / "test_sized.py").write_text(SIZED)
    started = {
        "pytest": ("-m", "pytest", "-q", "-p", "no:cacheprovider", "-c", os.devnull, "test_sized.py"),
        "kubedrill": ("-c", "from harness.cli import main; main()", "run", "sized"),
    }
    argv = [sys.executable, *started[command]]
    done = subprocess.run(argv, env=environment, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    (journal,) = tmp_path.glob("kept/here/2*/sized/journal.jsonl")
    told = journal.read_text()
    assert "a real one would be kept for 7 hours" in told
    assert '"kubernetes":"v1.33' in told


def test_a_sabotage_that_does_not_apply_is_refused_by_the_plugin_too(
    environment: dict[str, str], tmp_path: Path
) -> None:
    words = (SCENARIOS, "-k", "swap and not worker and not seed", "--sabotage", "lose-sa-key")
    done = perform(environment, tmp_path / "reports", *words)
    assert done.returncode == 1
    assert "'lose-sa-key' does not apply to the drill 'os-disk-swap': no worker holds tokens of before" in done.stdout
    assert verdicts(tmp_path / "reports") == {}


@pytest.mark.libvirt
def test_a_drill_that_a_provider_cannot_perform_is_refused_by_the_plugin_too(
    environment: dict[str, str], tmp_path: Path
) -> None:
    done = perform(environment, tmp_path / "reports", SCENARIOS, "-k", "changed_name", provider="libvirt")
    assert done.returncode == 1
    assert "The drill 'changed-name' is not offered on libvirt: the name of its machines is part" in done.stdout
    assert verdicts(tmp_path / "reports") == {}


@pytest.mark.parametrize(
    ("sabotage", "status", "verdict"),
    [(None, 0, "passed"), ("lose-ca-key", 1, "failed"), ("deaf-oracle", 3, "errored")],
)
def test_the_command_line_ends_with_the_status_of_the_verdict(
    sabotage: str | None, status: int, verdict: str, environment: dict[str, str], tmp_path: Path
) -> None:
    argv = [sys.executable, "-m", "harness.cli", "run", "os-disk-swap", "--provider", "rehearsal"]
    argv += ["--reports", str(tmp_path / "reports"), *(["--sabotage", sabotage] if sabotage else [])]
    start = "import sys; from harness.cli import main; sys.exit(main())"
    argv[1:3] = ["-c", start]
    done = subprocess.run(argv, env=environment, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert (done.returncode, verdicts(tmp_path / "reports")) == (status, {"os-disk-swap": verdict}), done.stdout
