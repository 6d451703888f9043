"""One scenario on each provider, and the same loss by hand with Vagrant: what each takes, as a table.

python -m tests.real.comparison [--drill os-disk-swap] [--reports DIR] [PROVIDER...]
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path

from harness.ownership import cache_root
from harness.providers.vagrant.home import vagrant_home
from tests.real.running import KUBEDRILL, kubedrill, report

PROJECT = Path(__file__).resolve().parents[2]
BY_HAND = "Vagrant by hand"
_BROKEN = "broken"
_PHASES = ("lab", "cluster", "baseline", "backup", "fault", "recovery", "judgement", "reboot", "teardown")
_LIMIT = 3600
_GIB = 1024**3


@dataclass(slots=True)
class Column:
    """One way, measured."""

    name: str
    verdict: str = "-"
    seconds: float = 0.0
    phases: dict[str, float] = field(default_factory=dict)
    control_plane: float | None = None
    workload: float | None = None
    memory: int = 0
    disk: int = 0


@contextmanager
def measured(column: Column) -> Iterator[None]:
    """Take down how much of the host's memory and disk is in use more than before, at the worst moment."""
    memory, disk, over = _available(), _free(), threading.Event()

    def look() -> None:
        while not over.wait(1):
            column.memory = max(column.memory, memory - _available())
            column.disk = max(column.disk, disk - _free())

    looking = threading.Thread(target=look)
    looking.start()
    started = time.monotonic()
    try:
        yield
    finally:
        column.seconds = time.monotonic() - started
        over.set()
        looking.join()


def by_drill(provider: str, drill: str, reports: Path) -> Column:
    """The drill on one provider."""
    column = Column(provider)
    with measured(column):
        ended = kubedrill("run", drill, "--provider", provider, "--reports", str(reports), timeout=_LIMIT)
    if ended.returncode == 2:
        sys.exit(ended.stderr)
    found = report(reports, drill)
    column.verdict = found["verdict"]
    column.phases = {phase["name"]: phase["seconds"] for phase in found["phases"]}
    column.control_plane = found["rto"]["control_plane_seconds"]
    column.workload = found["rto"]["workload_seconds"]
    return column


def by_hand() -> Column:
    """Make a cluster, destroy its machine, and make another one: nothing is restored, and nothing is proven."""
    column = Column(BY_HAND, verdict="another cluster")
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "Vagrantfile").symlink_to(PROJECT / "Vagrantfile")
        subprocess.run([KUBEDRILL, "lab", "1", "--output", str(folder / "lab.json")], check=True, stdout=sys.stderr)
        vagrant = _vagrant(folder)
        with measured(column):
            try:
                column.phases["cluster"] = _timed(vagrant, "up", "--provider", "libvirt")
                column.phases["fault"] = _timed(vagrant, "destroy", "--force")
                column.phases["recovery"] = _timed(vagrant, "up", "--provider", "libvirt")
            except (subprocess.CalledProcessError, subprocess.TimeoutExpired) as error:
                sys.stderr.write(f"{error}\n")
                column.verdict = _BROKEN
            finally:
                column.phases["teardown"] = _timed(vagrant, "destroy", "--force")
    return column


def _vagrant(folder: Path) -> Callable[..., None]:
    environment = {**os.environ, **vagrant_home().environment, "KUBEDRILL_LAB": str(folder / "lab.json")}

    def vagrant(*words: str) -> None:
        subprocess.run(["vagrant", *words], cwd=folder, env=environment, check=True, stdout=sys.stderr, timeout=_LIMIT)

    return vagrant


def _timed(action: Callable[..., None], *words: str) -> float:
    started = time.monotonic()
    action(*words)
    return time.monotonic() - started


def table(columns: list[Column], host: Mapping[str, object]) -> str:
    """The figures in Markdown."""
    rows: list[tuple[str, Callable[[Column], str]]] = [("verdict", lambda one: one.verdict)]
    rows += [(f"{phase}, s", _phase(phase)) for phase in _PHASES]
    rows += [
        ("whole, s", lambda one: f"{one.seconds:.0f}"),
        ("control plane back after, s", lambda one: _figure(one.control_plane)),
        ("workload back after, s", lambda one: _figure(one.workload)),
        ("memory, GiB", lambda one: f"{one.memory / _GIB:.1f}"),
        ("disk, GiB", lambda one: f"{one.disk / _GIB:.1f}"),
    ]
    names = [column.name for column in columns]
    lines = [f"| | {' | '.join(names)} |", f"|---|{'---|' * len(names)}"]
    lines += [f"| {what} | {' | '.join(cell(column) for column in columns)} |" for what, cell in rows]
    about = ", ".join(f"{key} {value}" for key, value in host.items())
    return "\n".join([*lines, "", f"Measured on: {about}.", ""])


def _phase(name: str) -> Callable[[Column], str]:
    return lambda one: _figure(one.phases.get(name))


def _figure(seconds: float | None) -> str:
    return "-" if seconds is None else f"{seconds:.1f}"


def _available() -> int:
    lines = Path("/proc/meminfo").read_text().splitlines()
    return next(int(line.split()[1]) * 1024 for line in lines if line.startswith("MemAvailable:"))


def _free() -> int:
    return shutil.disk_usage(cache_root()).free


def main() -> None:
    """Measure, and print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("providers", nargs="*", default=["container", "libvirt", "vagrant", "hand"])
    parser.add_argument("--drill", default="os-disk-swap")
    parser.add_argument("--reports", type=Path, default=PROJECT / "reports")
    asked = parser.parse_args()
    columns = []
    for provider in asked.providers:
        columns.append(by_hand() if provider == "hand" else by_drill(provider, asked.drill, asked.reports))
        # Each at once, and whole: what took a quarter of an hour to measure must not go with what comes after it.
        sys.stderr.write(json.dumps(asdict(columns[-1])) + "\n")
    sys.stdout.write(table(columns, {"processors": os.cpu_count(), "kernel": os.uname().release}))
    sys.exit(any(column.verdict == _BROKEN for column in columns))


if __name__ == "__main__":
    main()
