"""Run one program to its end."""

from __future__ import annotations

import contextlib
import os
import shlex
import signal
import subprocess
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from harness.errors import CommandError, hinted
from harness.shell.process import spawn

#: How much of a failed program's error output is shown; the rest stays in `Completed`.
_SHOWN_LINES = 20
_PIPE_PATIENCE = 2.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Completed:
    """What one program did."""

    argv: tuple[str, ...]
    status: int
    stdout: bytes
    stderr: bytes
    seconds: float

    @property
    def text(self) -> str:
        """The standard output as text."""
        return self.stdout.decode(errors="replace")

    @property
    def error_text(self) -> str:
        """The standard error as text."""
        return self.stderr.decode(errors="replace")


def capture(
    argv: Sequence[str],
    *,
    stdin: bytes | None = None,
    timeout: timedelta | None = None,
    env: Mapping[str, str] | None = None,
    cwd: Path | None = None,
) -> Completed:
    """Run a program, whatever its exit status; only a missing program or a passed timeout is an error."""
    started = time.monotonic()
    with spawn(argv, stdin=subprocess.PIPE if stdin is not None else subprocess.DEVNULL, env=env, cwd=cwd) as process:
        try:
            out, err = process.communicate(stdin, timeout=timeout.total_seconds() if timeout else None)
        except subprocess.TimeoutExpired as late:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            seconds = time.monotonic() - started
            raise _failure(f"was ended after {seconds:.1f} s, its limit", argv, _last_words(process)) from late
    return Completed(
        argv=tuple(argv),
        status=process.returncode,
        stdout=out,
        stderr=err,
        seconds=time.monotonic() - started,
    )


def run(
    argv: Sequence[str],
    *,
    stdin: bytes | None = None,
    timeout: timedelta | None = None,
    env: Mapping[str, str] | None = None,
    cwd: Path | None = None,
) -> Completed:
    """Run a program that has to succeed; its failure names the command ready to paste, and its last words."""
    done = capture(argv, stdin=stdin, timeout=timeout, env=env, cwd=cwd)
    if done.status != 0:
        raise _failure(f"ended with status {done.status}", argv, done.stderr or done.stdout)
    return done


def _last_words(process: subprocess.Popen[bytes]) -> bytes:
    """What a killed program had said; a grandchild that left its group may hold the pipe open for ever."""
    try:
        return process.communicate(timeout=_PIPE_PATIENCE)[1]
    except subprocess.TimeoutExpired as late:
        return late.stderr or b""


def _failure(what: str, argv: Sequence[str], output: bytes) -> CommandError:
    last_words = output.decode(errors="replace").strip().splitlines()[-_SHOWN_LINES:]
    error = CommandError(f"The command '{argv[0]}' {what}: {last_words[-1] if last_words else 'it said nothing'}")
    hinted(error, f"It was: {shlex.join(argv)}")
    return hinted(error, "\n".join(last_words)) if len(last_words) > 1 else error
