"""Room on the host's kernel: the machines of all labs take their inotify instances from the same few of root."""

from __future__ import annotations

import contextlib
from datetime import timedelta
from pathlib import Path

from harness.errors import LabError, hinted
from harness.providers.places import Places

LIMIT = Path("/proc/sys/fs/inotify/max_user_instances")
#: Measured: 60 for two machines and a spare that has joined, 93 to 109 for three control planes and a worker. Two labs
#: of three machines each took all of Debian's 128, and then kubelet and kube-proxy ended as soon as they had started.
PER_MACHINE = 24
#: A drill takes two to six minutes, and more of them may stand in the queue.
_PATIENCE = timedelta(hours=1)
#: What systemd writes onto the console when it gets none.
_STARVED = b"Failed to allocate inotify fd"


def places() -> int:
    """How many machines the host's kernel can serve at a time."""
    return max(1, int(LIMIT.read_text()) // PER_MACHINE)


def room_for(machines: int) -> contextlib.AbstractContextManager[None]:
    """Hold a place for each machine, waiting while other labs have them; a lab larger than the host holds all."""
    return Places(folder="room", there=places(), of="machines", patience=_PATIENCE).hold(machines)


def check_fed(machine: str, console: Path, since: int) -> None:
    """Refuse to go on with a machine that was starved in this boot: whatever failed on it would tell of the host."""
    with console.open("rb") as file:
        file.seek(since)
        if _STARVED in file.read():
            raise hinted(
                LabError(
                    f"The host has no inotify instance left for the machine '{machine}': kubelet and kube-proxy "
                    f"cannot run on it ({LIMIT} is {LIMIT.read_text().strip()})"
                ),
                "Let fewer labs run beside each other, or raise it: `sudo kubedrill setup --provider container`.",
            )
