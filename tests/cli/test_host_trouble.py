"""The command on a host in trouble: one sentence, status 3, and no request to report a bug."""

from __future__ import annotations

import errno
import os
import subprocess
import sys
from pathlib import Path

import pytest

from harness.cli.exit_status import ExitStatus
from harness.cli.guard import guarded
from harness.cli.run.outcome import read_outcome
from harness.errors import LabError
from harness.ownership import HostState, host_state, leases_root
from harness.shortage import shortage
from tests.cli.stage import parent, request

pytestmark = pytest.mark.usefixtures("home")
_MAIN = "from harness.cli import main; main()"


@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EDQUOT, errno.EMFILE, errno.ENFILE, errno.ENOMEM, errno.EROFS])
def test_trouble_of_the_host_is_one_sentence_and_not_our_failure(
    number: int, capsys: pytest.CaptureFixture[str], home: Path
) -> None:
    def command() -> None:
        raise OSError(number, os.strerror(number), str(home / "x"))

    assert guarded(command) == ExitStatus.CANNOT_TELL
    (said,) = capsys.readouterr().err.strip().splitlines()
    assert said.startswith("kubedrill: ")
    assert "report" not in said
    assert list((home.parent / "cache").glob("crashes/*")) == []


def test_our_own_failure_stays_ours(capsys: pytest.CaptureFixture[str]) -> None:
    assert guarded(lambda: {}["x"]) == ExitStatus.CANNOT_TELL
    assert "please report it" in capsys.readouterr().err
    assert shortage(ValueError("x")) == ""
    assert shortage(FileNotFoundError(errno.ENOENT, "no such file", "x")) == ""


def test_the_cause_behind_another_error_is_found() -> None:
    outer = ValueError("cannot")
    outer.__cause__ = OSError(errno.ENOSPC, "No space left on device", "/x")
    assert shortage(outer) == "There is no room left on the disk of '/x'"


def test_want_of_inodes_is_told_from_want_of_room(monkeypatch: pytest.MonkeyPatch, home: Path) -> None:
    full = os.statvfs_result((4096, 4096, 100, 50, 50, 100, 0, 0, 0, 255))
    monkeypatch.setattr("os.statvfs", lambda _: full)
    told = shortage(OSError(errno.ENOSPC, "No space left on device", str(home / "a/b")))
    assert told == f"There is no inode left on the disk of '{home / 'a/b'}'"


@pytest.mark.parametrize("conduct", ["passed", "failed"])
def test_a_summary_that_finds_no_room_is_no_pass_and_hides_no_failure(
    home: Path, monkeypatch: pytest.MonkeyPatch, conduct: str
) -> None:
    performer, _ = parent(conduct)
    calls = 0

    def full(*_: object) -> None:
        nonlocal calls
        calls += 1
        if calls > 1:
            raise LabError("The report 'run.json' cannot be written: No space left on device")

    monkeypatch.setattr("harness.cli.run.parent.merge", full)
    result = performer.perform(request(home / "reports"))
    assert result.status == (ExitStatus.CANNOT_TELL if conduct == "passed" else ExitStatus.FAILED)
    assert "No space left on device" in result.remarks[-1]
    assert list(leases_root().iterdir()) == []


def test_a_report_that_finds_no_room_is_errored_with_that_cause(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> None:
        raise LabError("The report 'report.json' cannot be written: No space left on device")

    monkeypatch.setattr("harness.cli.run.outcome.write_reports", full)
    (home / "os-disk-swap").mkdir()
    (home / "os-disk-swap/journal.jsonl").touch()
    outcome = read_outcome(home, "os-disk-swap")
    assert (outcome.verdict, outcome.cause) == (
        "errored",
        "The report 'report.json' cannot be written: No space left on device",
    )


def test_processes_that_the_kernel_ended_for_want_of_memory_are_told() -> None:
    before, after = (HostState(lead=0.0, sysctls={}, killed=number) for number in (3, 5))
    assert before.changes(after) == ("The host's memory ran out, and its kernel ended 2 processes",)
    assert host_state().killed >= 0


def test_a_rehearsal_whose_journal_finds_no_room_ends_with_status_3_and_the_cause(home: Path) -> None:
    drill = ("run", "os-disk-swap", "--provider", "rehearsal")
    argv = ["prlimit", "--fsize=3000", sys.executable, "-c", _MAIN, *drill]
    environment = {**os.environ, "PYTHONPATH": str(Path(__file__).resolve().parents[2])}
    done = subprocess.run(argv, capture_output=True, text=True, env=environment, cwd=home, check=False, timeout=120)
    assert done.returncode == 3, done.stdout + done.stderr
    assert "cannot be written: File too large" in done.stdout
    assert "report it" not in done.stderr
    assert "PASSED" not in done.stdout
    assert list(leases_root().iterdir()) == []
