"""What is left of a lab when its block ends: nothing, or all of it until its deadline."""

from __future__ import annotations

import contextlib
import shutil
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Protocol

from harness.ownership import Kind, Lease


class Discardable(Protocol):
    """A machine that can be made to leave nothing."""

    def discard(self) -> None:
        """Let nothing of the machine be left, in whatever state it is."""
        ...


@contextlib.contextmanager
def place_of(root: Path, lease: Lease) -> Iterator[Path]:
    """The folder of a lab's files, removed behind it unless the lab is kept."""
    place = root / "labs" / lease.name
    lease.claim(Kind.FOLDER, str(place))
    place.mkdir(parents=True, mode=0o700)
    try:
        yield place
    finally:
        if not lease.kept:
            shutil.rmtree(place)
            lease.release(Kind.FOLDER, str(place))


@contextlib.contextmanager
def discarding(machines: Iterable[Discardable], lease: Lease) -> Iterator[None]:
    """Discard the machines behind the block, each one whatever befell the others, unless the lab is kept."""
    try:
        yield
    finally:
        if not lease.kept:
            with contextlib.ExitStack() as steps:
                for machine in machines:
                    steps.callback(machine.discard)


def keep(lease: Lease, period: timedelta, way_in: str) -> str:
    """Let a lab outlive this process for so long, and say how to get in."""
    until = lease.keep_until(datetime.now(UTC) + period)
    return f"The lab is kept until {until:%F %H:%M} UTC: `{way_in}`; `kubedrill reap --run {lease.run}` ends it"


def shell_on(lease: Lease, machines: Iterable[str]) -> str:
    """The command that opens a shell on the first machine."""
    return f"kubedrill shell {lease.run} {next(iter(machines))}"
