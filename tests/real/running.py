"""Real runs of the command, and what they leave on the host."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from harness.ownership import cache_root

KUBEDRILL = Path(sys.executable).parent / "kubedrill"


def kubedrill(*words: str, timeout: float = 900) -> subprocess.CompletedProcess[str]:
    """Run the command to its end."""
    return subprocess.run([KUBEDRILL, *words], capture_output=True, text=True, timeout=timeout, check=False)


@contextmanager
def started(*words: str) -> Iterator[subprocess.Popen[str]]:
    """The command while it runs; whatever happens, it does not outlive the block."""
    with subprocess.Popen(
        [KUBEDRILL, *words], stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True, start_new_session=True
    ) as process:
        try:
            yield process
        finally:
            if process.poll() is None:
                process.kill()
            process.wait(60)


def report(reports: Path, drill: str) -> dict[str, Any]:
    """The newest report of a drill."""
    path = max(reports.glob(f"*/{drill}/report.json"), key=lambda one: one.stat().st_mtime)
    found: dict[str, Any] = json.loads(path.read_text())
    return found


def journal(reports: Path, drill: str) -> str:
    """What the newest journal of a drill says so far."""
    paths = sorted(reports.glob(f"*/{drill}/journal.jsonl"), key=lambda one: one.stat().st_mtime)
    return paths[-1].read_text() if paths else ""


def await_phase(reports: Path, drill: str, phase: str, process: subprocess.Popen[str], limit: float = 300) -> None:
    """Wait until a drill is in a phase."""
    ends = time.monotonic() + limit
    while f'"kind":"phase","name":"{phase}","state":"start"' not in journal(reports, drill):
        assert process.poll() is None, f"it ended with {process.returncode} before the phase '{phase}'"
        assert time.monotonic() < ends, f"the phase '{phase}' never came"
        time.sleep(0.1)


def left_on_host(marks: tuple[str, ...]) -> list[str]:
    """All that carries one of the marks: containers, mounts, loop devices, namespaces, links, processes, files."""
    places = {
        "container": ["podman", "ps", "--all", "--format", "{{.Names}}"],
        "loop": ["losetup", "--list", "--noheadings", "--output", "BACK-FILE"],
        "netns": ["ip", "netns", "list"],
        "link": ["ip", "-oneline", "link"],
        "mount": ["cat", "/proc/self/mountinfo"],
        "file": ["find", "/tmp", str(cache_root()), "-maxdepth", "4", "-name", "kd-*"],
    }
    found = []
    for kind, argv in places.items():
        lines = subprocess.run(argv, capture_output=True, text=True, check=False).stdout.splitlines()
        found += [f"{kind}: {line.strip()}" for line in lines if any(mark in line for mark in marks)]
    for environ in Path("/proc").glob("[0-9]*/environ"):
        try:
            content = environ.read_bytes()
        except OSError:
            continue
        if any(f"KUBEDRILL_RUN={mark}".encode() in content for mark in marks):
            found.append(f"process: {environ.parent.name}")
    return found


def run_ids(reports: Path) -> tuple[str, ...]:
    """The runs that have written something."""
    return tuple(path.name for path in reports.iterdir() if path.is_dir() and not path.is_symlink())


def tell(process: subprocess.Popen[str], which: signal.Signals) -> None:
    """Send a signal to the command alone, as a service manager does."""
    os.kill(process.pid, which)
