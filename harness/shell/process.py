"""Start one program; the only place that does."""

from __future__ import annotations

import contextlib
import functools
import os
import shutil
import signal
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import IO, NoReturn

from harness.errors import CommandError, hinted
from harness.shortage import shortage


@contextlib.contextmanager
def spawn(
    argv: Sequence[str],
    *,
    stdin: int | IO[bytes] = subprocess.DEVNULL,
    stdout: int | IO[bytes] = subprocess.PIPE,
    stderr: int | IO[bytes] = subprocess.PIPE,
    env: Mapping[str, str] | None = None,
    cwd: Path | None = None,
    session: bool = False,
) -> Iterator[subprocess.Popen[bytes]]:
    """A running program in a process group of its own (or a session), ended with its group when the block ends.

    It dies with the harness: an orphan that goes on making machines after `kill -9` could not be reaped.
    The kernel sends that signal when the starting *thread* ends, so the block must end in the thread that began it.
    """
    seen = {**os.environ, **(env or {})}
    _require(argv[0], seen.get("PATH"), cwd)
    try:
        process = subprocess.Popen(
            [*_dying_with_parent(), *argv],
            stdin=stdin,
            stdout=stdout,
            stderr=stderr,
            env=seen,
            cwd=cwd,
            process_group=None if session else 0,
            start_new_session=session,
        )
    except OSError as refused:
        why = shortage(refused) or str(refused)
        raise CommandError(f"The program '{argv[0]}' cannot be started: {why}") from refused
    try:
        yield process
    finally:
        if process.poll() is None:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()
        for stream in (process.stdin, process.stdout, process.stderr):
            if stream is not None:
                with contextlib.suppress(OSError):
                    stream.close()


def become(argv: Sequence[str]) -> NoReturn:
    """Let this process go on as another program, which then has the terminal to itself."""
    _require(argv[0], os.environ.get("PATH"), None)
    os.execvp(argv[0], list(argv))


@functools.cache
def _dying_with_parent() -> tuple[str, ...]:
    """What a command is started through, so that it gets SIGKILL when its parent ends.

    `setpriv` costs 1 ms. A preexec_fn would fork all of this process instead (9 ms at 200 MB), and run Python between
    fork and exec, which can deadlock when other threads are at work.
    """
    through = ("setpriv", "--pdeathsig", "KILL", "--")
    try:
        works = subprocess.run([*through, "true"], capture_output=True, check=False).returncode == 0
    except OSError:
        works = False
    return through if works else ()


def _require(program: str, path: str | None, cwd: Path | None) -> None:
    if cwd is not None and not cwd.is_dir():
        raise CommandError(f"The program '{program}' cannot be started in '{cwd}', which is not a folder")
    if "/" in program and cwd is not None:
        program = str(cwd / program)
    if shutil.which(program, path=path) is None:
        raise hinted(
            CommandError(f"The program '{program}' is not installed or not on the PATH"),
            "Run `kubedrill setup` to install what is missing, or `kubedrill doctor` to see all of it.",
        )
