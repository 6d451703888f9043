"""The pytest process that performs the drills, in a session of its own."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import timedelta
from pathlib import Path

from harness.cli.heartbeat.place import VARIABLE
from harness.cli.run.request import RunRequest
from harness.cli.run.signals import Signals
from harness.clock import Clock, Deadline
from harness.ownership import Host
from harness.ownership.processes import session_members
from harness.shell import spawn

#: How long the drills may take to tear their labs down after one signal.
GRACE = timedelta(seconds=60)
_LOOK_EVERY = timedelta(milliseconds=100)


def pytest_argv(request: RunRequest, run: str, seed: int) -> tuple[str, ...]:
    """How pytest is started: with nothing of the settings, caches and plugins' options of whatever folder we are in."""
    argv = [sys.executable, "-m", "pytest", *(drill.node_id for drill in request.drills)]
    argv += [
        "-c",
        os.devnull,
        f"--rootdir={request.drills[0].file.parent}",
        "-p",
        "no:cacheprovider",
        "-p",
        "kubedrill",
    ]
    argv += ["--color=no", "--tb=short", "-q"]
    argv += [f"--kubedrill-run={run}", f"--kubedrill-reports={request.reports}", f"--provider={request.provider}"]
    argv += [f"--kubernetes={request.kubernetes}", f"--keep={request.keep}", f"--seed={seed}"]
    argv += [f"--kubedrill-source={request.source}", f"--kubedrill-connect={request.connect}"]
    if request.sabotage is not None:
        argv.append(f"--sabotage={request.sabotage}")
    argv += [f"--kubedrill-cell={cell.folder}" for cell in request.cells]
    if request.workers > 1:
        # One drill at a time to each worker: drills are long, and none should queue behind another for nothing.
        argv += ["-n", str(request.workers), "--dist=worksteal", "--maxschedchunk=1"]
    return tuple(argv)


@contextlib.contextmanager
def performing(argv: Sequence[str], environment: Mapping[str, str], log: Path) -> Iterator[subprocess.Popen[bytes]]:
    """The running child; whatever of its session is left when the block ends is killed."""
    # The address of a heartbeat is no business of the drills, and may be a secret.
    clean = {"PYTEST_ADDOPTS": "", "PYTHONUNBUFFERED": "1", VARIABLE: "", **environment}
    with log.open("wb") as output:
        with spawn(argv, stdout=output, stderr=subprocess.STDOUT, env=clean, session=True) as child:
            try:
                yield child
            finally:
                kill_session(child.pid)


def supervise(
    child: subprocess.Popen[bytes],
    signals: Signals,
    look: Callable[[], None],
    clock: Clock,
    grace: timedelta = GRACE,
) -> int:
    """Watch the child until it ends; forward one signal, then give it a deadline, and end it at once on a second."""
    deadline: Deadline | None = None
    while True:
        status = child.poll()
        look()
        if status is not None:
            return status
        if signals.received and deadline is None:
            # Always SIGINT: pytest and its workers answer it by tearing down, while SIGTERM would end them on the spot.
            with contextlib.suppress(ProcessLookupError):
                os.killpg(child.pid, signal.SIGINT)
            deadline = Deadline.after(grace, clock)
        if deadline is not None and (deadline.passed or len(signals.received) > 1):
            kill_session(child.pid)
        clock.pause(_LOOK_EVERY.total_seconds())


def kill_session(session: int, host: Host | None = None) -> None:
    """Kill every process of a session, those that are started meanwhile included."""
    host = host or Host()
    while members := session_members(session, host):
        for number in members:
            with contextlib.suppress(ProcessLookupError):
                os.kill(number, signal.SIGKILL)
        host.clock.pause(0.01)
