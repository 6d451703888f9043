"""The host as ownership looks at it: where to look, and the door to programs."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Protocol

from harness.clock import Clock, HostClock
from harness.errors import CommandError
from harness.ownership.places import POOLS, REGISTRY
from harness.shell import Completed, capture

#: Each step of a reap is bounded: a hanging podman must not keep the rest from being released.
PATIENCE = timedelta(seconds=60)


class Runner(Protocol):
    """What runs a program to its end, whatever its status."""

    def __call__(self, argv: Sequence[str], *, timeout: timedelta | None = None) -> Completed:
        """Run it."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Host:
    """This host; another one in tests."""

    proc: Path = Path("/proc")
    sys: Path = Path("/sys")
    netns: Path = Path("/run/netns")
    temporary: Path = field(default_factory=lambda: Path(tempfile.gettempdir()).resolve())
    registry: Path = REGISTRY
    pools: Path = POOLS
    clock: Clock = field(default_factory=HostClock)
    command: Runner = capture
    find_program: Callable[[str], str | None] = shutil.which
    #: Whose things there are: containers, mounts and namespaces of ours are made by root alone.
    is_root: bool = field(default_factory=lambda: os.geteuid() == 0)

    def run(self, *argv: str) -> Completed:
        """Run a program that has to succeed."""
        done = self.command(argv, timeout=PATIENCE)
        if done.status != 0:
            words = done.error_text.strip() or done.text.strip() or "it said nothing"
            raise CommandError(f"'{' '.join(argv)}' ended with status {done.status}: {words}")
        return done

    def has(self, program: str) -> bool:
        """Whether a program is installed."""
        return self.find_program(program) is not None

    def processes(self) -> Iterator[tuple[int, Path]]:
        """The number and the folder of every process."""
        for folder in self.proc.iterdir():
            if folder.name.isdecimal():
                yield int(folder.name), folder

    def kin(self) -> frozenset[int]:
        """This process and all that it descends from: never to be ended."""
        numbers, number = {1}, os.getpid()
        while number > 1 and number not in numbers:
            numbers.add(number)
            number = parent_of(self.proc / str(number))
        return frozenset(numbers)


def parent_of(folder: Path) -> int:
    """The number of the parent, 0 when the process is gone."""
    fields = stat_fields(folder)
    return int(fields[1]) if len(fields) > 1 else 0


def stat_fields(folder: Path) -> list[str]:
    """The fields of /proc/N/stat after the name, which may itself hold spaces: state, parent, group, session, ..."""
    try:
        return (folder / "stat").read_text(errors="replace").rpartition(")")[2].split()
    except OSError:
        return []
