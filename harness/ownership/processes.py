"""Processes of a run: they carry its mark in their environment."""

from __future__ import annotations

import contextlib
import os
import signal
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path

from harness.clock import Deadline, NotYet, wait_for
from harness.errors import DeadlineError, LabError
from harness.ownership.claim import Kind
from harness.ownership.host import Host, stat_fields
from harness.ownership.resource import Leak, Scope
from harness.ownership.run_id import MARK

#: Enough for a test process to tear its lab down, short enough for a person to wait.
GRACE = timedelta(seconds=20)
_DEATH = timedelta(seconds=5)


class Processes:
    """All processes of a run except this one and its ancestors."""

    def find(self, scope: Scope, host: Host) -> tuple[Leak, ...]:
        """Those that make or hold things; podman's monitors are left to podman, which needs them to end a container."""
        kin = host.kin()
        found = [
            Leak(kind=Kind.PROCESS, name=str(number), detail=_command(folder)[:120])
            for number, folder in host.processes()
            if number not in kin and carries_mark(folder, scope.run) and not _is_excused(folder, scope)
        ]
        return tuple(sorted(found, key=lambda leak: int(leak.name)))

    def end(self, leaks: Sequence[Leak], scope: Scope, host: Host) -> None:
        """Ask first, then kill."""
        numbers = [int(leak.name) for leak in leaks]
        self._signal(numbers, signal.SIGTERM, scope, host)
        if not self._gone(numbers, scope, host, GRACE):
            self._signal(numbers, signal.SIGKILL, scope, host)
            if not self._gone(numbers, scope, host, _DEATH):
                raise LabError(f"Processes do not end after SIGKILL: {', '.join(leak.name for leak in leaks)}")

    def _signal(self, numbers: Sequence[int], number: signal.Signals, scope: Scope, host: Host) -> None:
        for process in numbers:
            with contextlib.suppress(ProcessLookupError):
                handle = os.pidfd_open(process)
                try:
                    # The mark is read again behind the handle: the number may be another process's by now.
                    if carries_mark(host.proc / str(process), scope.run):
                        signal.pidfd_send_signal(handle, number)
                finally:
                    os.close(handle)

    def _gone(self, numbers: Sequence[int], scope: Scope, host: Host, patience: timedelta) -> bool:
        def look() -> bool | NotYet:
            left = [number for number in numbers if carries_mark(host.proc / str(number), scope.run)]
            return NotYet(f"{left} still run") if left else True

        with contextlib.suppress(DeadlineError):
            return bool(wait_for("processes to end", look, Deadline.after(patience, host.clock)))
        return False


def carries_mark(folder: Path, run: str) -> bool:
    """Whether a living process carries this run's mark; a zombie carries nothing."""
    return f"{MARK}={run}" in _environment(folder) and stat_fields(folder)[:1] != ["Z"]


def marked_runs(host: Host) -> frozenset[str]:
    """The runs that living processes carry the mark of."""
    prefix = f"{MARK}="
    return frozenset(
        entry.removeprefix(prefix)
        for _, folder in host.processes()
        if not _is_monitor(folder)
        for entry in _environment(folder)
        if entry.startswith(prefix)
    )


def session_members(session: int, host: Host) -> tuple[int, ...]:
    """The living processes of a session."""
    fields = ((number, stat_fields(folder)) for number, folder in host.processes())
    return tuple(number for number, known in fields if len(known) > 3 and known[3] == str(session) and known[0] != "Z")


def _environment(folder: Path) -> list[str]:
    try:
        return (folder / "environ").read_text(errors="replace").split("\0")
    except OSError:
        return []


def _command(folder: Path) -> str:
    try:
        return (folder / "cmdline").read_text(errors="replace").replace("\0", " ").strip()
    except OSError:
        return ""


def _is_monitor(folder: Path) -> bool:
    try:
        return (folder / "comm").read_text().strip() == "conmon"
    except OSError:
        return False


def _is_excused(folder: Path, scope: Scope) -> bool:
    """A podman monitor, a process of a lab that is spared, or of another lab than the one asked for."""
    command = _command(folder)
    foreign = scope.lab is not None and scope.lab not in command
    return foreign or _is_monitor(folder) or any(name in command for name in scope.spared)
