"""The boot of a virtual machine, which an emulator may spoil."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

from harness.clock import Clock, Deadline, NotYet, wait_for
from harness.providers.libvirt.acceleration import Acceleration
from harness.providers.local.power import BOOT_BUDGET

#: What a guest's kernel says after 20 s in which one of its processors has had no tick: the emulator has forgotten that
#: one's timer, and nothing that waits for it ever goes on. Seen once, on a busy host.
_STANDS_STILL = b"Possible timer handling issue on cpu="


def comes_up(
    name: str,
    console: Path,
    start: Callable[[], None],
    look: Callable[[], bool | NotYet],
    acceleration: Acceleration,
    clock: Clock,
) -> bool:
    """Start a machine and wait until it has booted; False when its emulator has let it stand still."""
    since = console.stat().st_size if console.exists() else 0
    start()

    def seen() -> bool | NotYet:
        told = look()
        is_spoilt = isinstance(told, NotYet) and not acceleration.kvm and _stands_still(console, since)
        return False if is_spoilt else told

    deadline = Deadline.after(BOOT_BUDGET * acceleration.pace, clock)
    every = timedelta(milliseconds=100) * acceleration.pace
    return wait_for(f"the boot of machine '{name}'", seen, deadline, every=every)


def _stands_still(console: Path, since: int) -> bool:
    if not console.exists():
        return False
    with console.open("rb") as file:
        file.seek(since)
        return _STANDS_STILL in file.read()
