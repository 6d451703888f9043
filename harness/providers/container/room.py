"""Room on the host's kernel: the machines of all labs take their inotify instances from the same few of root."""

from __future__ import annotations

import contextlib
import fcntl
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

from harness.clock import Deadline, HostClock, NotYet, wait_for
from harness.errors import LabError, hinted
from harness.ownership import cache_root

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


@contextlib.contextmanager
def room_for(machines: int) -> Iterator[None]:
    """Hold a place for each machine, waiting while other labs have them; a lab larger than the host holds all."""
    wanted = min(machines, places())
    folder = cache_root() / "room"
    folder.mkdir(parents=True, exist_ok=True)
    what = f"the host to have room for {wanted} machines"
    deadline, every = Deadline.after(_PATIENCE, HostClock()), timedelta(seconds=1)
    with contextlib.ExitStack() as held:

        def found(lock: contextlib.ExitStack | None, otherwise: str) -> contextlib.ExitStack | NotYet:
            return NotYet(otherwise) if lock is None else lock

        # Who waits for many places would wait for ever if those who want few could go first.
        with wait_for(what, lambda: found(_turn(folder), "another lab waits, too"), deadline, every=every):
            others = f"other labs have more than {places() - wanted} of {places()} places"
            held.enter_context(wait_for(what, lambda: found(_take(folder, wanted), others), deadline, every=every))
        yield


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


def _turn(folder: Path) -> contextlib.ExitStack | None:
    """The lock of whoever takes places next."""
    with contextlib.ExitStack() as mine, contextlib.suppress(BlockingIOError):
        fcntl.flock(mine.enter_context((folder / "turn").open("w")), fcntl.LOCK_EX | fcntl.LOCK_NB)
        return mine.pop_all()
    return None


def _take(folder: Path, wanted: int) -> contextlib.ExitStack | None:
    """Locks on so many places, or none at all; the kernel takes them back from a process that dies."""
    with contextlib.ExitStack() as mine:
        got = 0
        for number in range(places()):
            with contextlib.suppress(BlockingIOError):
                file = mine.enter_context((folder / str(number)).open("w"))
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
                got += 1
            if got == wanted:
                return mine.pop_all()
    return None
