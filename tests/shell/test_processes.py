from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path

import pytest

from harness.errors import CommandError, explain
from harness.shell import capture, run, spawn


def test_a_failed_command_is_named_ready_to_paste_with_its_last_words() -> None:
    with pytest.raises(CommandError) as failed:
        run(["sh", "-c", "echo one; echo 'two words' >&2; exit 7"])
    text = explain(failed.value)
    assert "The command 'sh' ended with status 7: two words" in text
    assert "It was: sh -c 'echo one; echo '\"'\"'two words'\"'\"' >&2; exit 7'" in text


def test_capture_takes_any_status_and_both_outputs() -> None:
    done = capture(["sh", "-c", "cat; echo no >&2; exit 3"], stdin=b"yes")
    assert (done.status, done.text, done.error_text) == (3, "yes", "no\n")


@pytest.mark.parametrize("program", ["no-such-program", "/no/such/program", "/etc"])
def test_a_missing_program_is_told_with_what_to_do(program: str) -> None:
    with pytest.raises(CommandError, match="not installed") as missing:
        capture([program])
    assert "kubedrill setup" in explain(missing.value)


def test_a_missing_folder_is_not_taken_for_a_missing_program(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="is not a folder"):
        capture(["true"], cwd=tmp_path / "gone")


def test_nothing_is_given_to_a_shell() -> None:
    assert capture(["echo", "$HOME; rm -rf /", "`id`"]).text == "$HOME; rm -rf / `id`\n"


def test_a_program_past_its_limit_is_ended_with_all_its_children() -> None:
    started = time.monotonic()
    with pytest.raises(CommandError, match=r"was ended after 0\.\d s, its limit: working"):
        capture(["sh", "-c", "echo working >&2; sleep 300 & sleep 300"], timeout=timedelta(seconds=0.3))
    assert time.monotonic() - started < 2


def test_a_grandchild_that_holds_the_pipe_does_not_hold_us() -> None:
    started = time.monotonic()
    with pytest.raises(CommandError, match="its limit"):
        capture(["sh", "-c", "setsid sleep 8 & sleep 300"], timeout=timedelta(seconds=0.2))
    assert time.monotonic() - started < 5


def test_leaving_the_block_ends_the_program_and_its_group() -> None:
    with spawn(["sh", "-c", "sleep 300 & echo $!; wait"], stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        grandchild = int(process.stdout.readline())
    assert process.returncode == -signal.SIGKILL
    assert _ends(grandchild)


def test_a_program_dies_with_its_parent_though_that_gets_sigkill() -> None:
    code = """
import sys
from harness.shell import spawn
with spawn(["sleep", "300"]) as process:
    print(process.pid, flush=True)
    sys.stdin.read()
"""
    with subprocess.Popen([sys.executable, "-c", code], stdin=subprocess.PIPE, stdout=subprocess.PIPE) as parent:
        assert parent.stdout is not None
        child = int(parent.stdout.readline())
        # It asks for the signal just before it becomes the program.
        assert _within(5, lambda: Path(f"/proc/{child}/cmdline").read_text().startswith("sleep"))
        parent.kill()
    assert _ends(child)


def test_a_session_is_the_programs_own() -> None:
    with spawn(["sleep", "300"], session=True) as process:
        assert os.getsid(process.pid) == process.pid


def test_many_threads_start_programs_at_once() -> None:
    with ThreadPoolExecutor(8) as threads:
        answers = threads.map(lambda number: run(["echo", str(number)]).text, range(40))
        assert [int(answer) for answer in answers] == list(range(40))


def _ends(process: int) -> bool:
    return _within(5, lambda: _is_gone(process))


def _is_gone(process: int) -> bool:
    try:
        return ") Z " in Path(f"/proc/{process}/stat").read_text()
    except (FileNotFoundError, ProcessLookupError):
        return True


def _within(seconds: float, check: Callable[[], bool]) -> bool:
    until = time.monotonic() + seconds
    while not check():
        if time.monotonic() > until:
            return False
        time.sleep(0.01)
    return True
