from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from harness.cli.exit_status import ExitStatus
from harness.cli.run.child import kill_session, pytest_argv
from harness.cli.run.parent import RunParent, RunResult
from harness.cli.run.request import RunRequest
from harness.ownership import Host, leases_root
from harness.ownership.processes import session_members
from tests.cli.stage import parent, request

pytestmark = pytest.mark.usefixtures("home")
_RUN = """
import sys
from pathlib import Path
from tests.cli.stage import parent, request
performer, printed = parent(sys.argv[1], grace=float(sys.argv[3]))
sys.exit(performer.perform(request(Path(sys.argv[2]))).status)
"""


@pytest.mark.parametrize(
    ("conduct", "status"),
    [("passed", 0), ("failed", 1), ("errored", 3), ("inconclusive", 3), ("crash", 3), ("nonsense", 3)],
)
def test_the_exit_status_is_computed_from_the_reports_alone(home: Path, conduct: str, status: int) -> None:
    performer, _ = parent(conduct)
    result = performer.perform(request(home / "reports"))
    assert result.status == status
    assert json.loads((result.folder / "run.json").read_text())["exit_status"] == status
    assert (result.folder / "junit.xml").exists()


def test_a_drill_without_a_report_is_errored_and_says_where_to_look(home: Path) -> None:
    performer, _ = parent("crash")
    (outcome,) = performer.perform(request(home / "reports")).outcomes
    assert outcome.verdict == "errored"
    assert "No module named 'nothing'" in outcome.cause
    assert "pytest.log" in outcome.cause


def test_the_child_carries_the_runs_mark_and_the_parents_lease_is_gone_afterwards(home: Path) -> None:
    performer, printed = parent("passed")
    result = performer.perform(request(home / "reports"))
    first = json.loads((result.folder / "os-disk-swap/journal.jsonl").read_text().splitlines()[0])
    assert first["mark"] == result.run
    assert list(leases_root().iterdir()) == []
    assert printed().startswith(f"Run {result.run}: provider rehearsal, as asked; Kubernetes v1.34.4.")


def test_latest_is_the_newest_run(home: Path) -> None:
    for _ in range(2):
        result = parent("passed")[0].perform(request(home / "reports"))
        assert (home / "reports/latest").resolve() == result.folder.resolve()


def test_a_run_that_never_began_leaves_no_folder(home: Path) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    performer, _ = parent("passed")
    object.__setattr__(performer, "prepare", full)
    with pytest.raises(OSError, match="No space"):
        performer.perform(request(home / "reports"))
    assert list((home / "reports").iterdir()) == []


@pytest.mark.parametrize(("sent", "status"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_one_signal_lets_the_drills_tear_down_and_ends_all_they_started(
    home: Path, sent: signal.Signals, status: int
) -> None:
    with _running(home, "polite") as (process, ready):
        os.kill(process.pid, sent)
        assert process.wait(30) == status
    assert (ready.parent / "torn-down").exists()
    assert _session_is_gone(ready)
    assert json.loads((ready.parent / "run.json").read_text())["drills"][0]["verdict"] == "errored"


def test_drills_that_do_not_listen_are_killed_after_the_deadline(home: Path) -> None:
    with _running(home, "deaf", grace=0.3) as (process, ready):
        os.kill(process.pid, signal.SIGTERM)
        assert process.wait(30) == 143
    assert _session_is_gone(ready)


def test_a_second_signal_does_not_wait_for_the_deadline(home: Path) -> None:
    with _running(home, "deaf") as (process, ready):
        for _ in range(2):
            os.kill(process.pid, signal.SIGINT)
            time.sleep(0.3)
        assert process.wait(30) == 130
    assert _session_is_gone(ready)


def test_kill_9_of_the_parent_takes_pytest_along(home: Path) -> None:
    with _running(home, "deaf") as (process, ready):
        process.kill()
        process.wait()
        child = Path(f"/proc/{ready.read_text()}/stat")
        assert _within(10, lambda: not child.exists() or ") Z " in child.read_text())
        # What the drills had started is reap's to end; here it is only a sleep.
        kill_session(int(ready.read_text()))


def test_pytest_is_started_with_nothing_of_the_folder_that_we_are_in(home: Path) -> None:
    argv = pytest_argv(request(home / "reports"), "20261121-093012-4f2a", 7)
    assert argv[argv.index("-c") + 1] == os.devnull
    assert "--kubedrill-run=20261121-093012-4f2a" in argv
    assert "--seed=7" in argv
    assert "--kubedrill-source=auto" in argv
    assert not any(word.startswith(("--sabotage", "-n")) for word in argv)


def test_the_source_that_was_asked_for_is_handed_on_to_pytest_whatever_the_settings_say(
    kubedrill: Callable[..., int], home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[RunRequest] = []

    def perform(_: RunParent, request: RunRequest) -> RunResult:
        asked.append(request)
        return RunResult(run="r", folder=home, outcomes=(), status=ExitStatus.PASSED, remarks=(), kept=())

    monkeypatch.setattr(RunParent, "perform", perform)
    (home / "kubedrill.toml").write_text('source = "release"\n')
    for words in ((), ("--source", "modules"), ("--source", f"directory={home}")):
        assert kubedrill("run", "os-disk-swap", "--provider", "rehearsal", *words) == 0
    handed_on = [pytest_argv(request, "20261121-093012-4f2a", 7) for request in asked]
    sources = [next(word for word in argv if word.startswith("--kubedrill-source")) for argv in handed_on]
    assert sources == [f"--kubedrill-source={one}" for one in ("release", "modules", f"directory={home}")]


def test_statuses_of_signals_are_those_of_shells() -> None:
    assert ExitStatus.of_signal(signal.SIGINT) == 130
    assert ExitStatus.of_signal(signal.SIGTERM) == 143


@contextlib.contextmanager
def _running(home: Path, conduct: str, grace: float = 60) -> Iterator[tuple[subprocess.Popen[bytes], Path]]:
    """A run in a process of its own, once its child is at work."""
    environment = {**os.environ, "PYTHONPATH": str(Path(__file__).resolve().parents[2])}
    argv = [sys.executable, "-c", _RUN, conduct, str(home / "reports"), str(grace)]
    with subprocess.Popen(argv, env=environment) as process:
        try:
            assert _within(20, lambda: any(home.glob("reports/*/ready")))
            yield process, next(home.glob("reports/*/ready"))
        finally:
            process.kill()


def _session_is_gone(ready: Path) -> bool:
    return session_members(int(ready.read_text()), Host()) == ()


def _within(seconds: float, check: Callable[[], bool]) -> bool:
    until = time.monotonic() + seconds
    while not check():
        if time.monotonic() > until:
            return False
        threading.Event().wait(0.02)
    return True


def test_what_is_repeated_ends_with_a_pass_rate_and_the_spread_of_its_times(
    kubedrill: Callable[..., int], home: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    performer, _ = parent("passed")
    monkeypatch.setattr("harness.cli.commands.run.RunParent", lambda **_: performer)
    words = ("run", "os-disk-swap", "--provider", "rehearsal", "--repeat", "3")
    assert kubedrill(*words) == 0
    told = capsys.readouterr().out
    assert "Passed 3 of 3 (100 %)." in told
    assert "control plane" in told
    (page,) = (home / "reports").glob("repeat-*.md")
    assert "| os-disk-swap | 3 of 3 (100 %) |" in page.read_text()
    assert kubedrill(*words, "--json") == 0
    document = json.loads(capsys.readouterr().out)
    assert len(document["runs"]) == 3
    assert document["repeated"][0]["passed"] == 3
