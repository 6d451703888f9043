"""Places that a host has only so many of: who wants some waits for them, in turn, with all other processes."""

from __future__ import annotations

import contextlib
import fcntl
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from harness.clock import Deadline, HostClock, NotYet, wait_for
from harness.ownership import cache_root

_EVERY = timedelta(seconds=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Places:
    """So many places of one kind."""

    #: The folder of their locks in the cache.
    folder: str
    there: int
    #: Of what: "machines".
    of: str
    #: How long it may take until one's turn has come.
    patience: timedelta

    @contextlib.contextmanager
    def hold(self, wanted: int) -> Iterator[None]:
        """Hold so many, waiting while others have them; who wants more than there are holds all."""
        wanted = min(wanted, self.there)
        folder = cache_root() / self.folder
        folder.mkdir(parents=True, exist_ok=True)
        what = f"the host to have room for {wanted} {self.of}"
        deadline = Deadline.after(self.patience, HostClock())
        with contextlib.ExitStack() as held:

            def found(lock: contextlib.ExitStack | None, otherwise: str) -> contextlib.ExitStack | NotYet:
                return NotYet(otherwise) if lock is None else lock

            # Who waits for many places would wait for ever if those who want few could go first.
            with wait_for(what, lambda: found(_turn(folder), "another lab waits, too"), deadline, every=_EVERY):
                others = f"other labs have more than {self.there - wanted} of {self.there} places"
                taken = wait_for(what, lambda: found(self.take(wanted), others), deadline, every=_EVERY)
                held.enter_context(taken)
            yield

    def take(self, wanted: int) -> contextlib.ExitStack | None:
        """Locks on so many places, or none at all; the kernel takes them back from a process that dies."""
        with contextlib.ExitStack() as mine:
            got = 0
            for number in range(self.there):
                with contextlib.suppress(BlockingIOError):
                    file = mine.enter_context((cache_root() / self.folder / str(number)).open("w"))
                    fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
                    got += 1
                if got == wanted:
                    return mine.pop_all()
        return None


def _turn(folder: Path) -> contextlib.ExitStack | None:
    """The lock of whoever takes places next."""
    with contextlib.ExitStack() as mine, contextlib.suppress(BlockingIOError):
        fcntl.flock(mine.enter_context((folder / "turn").open("w")), fcntl.LOCK_EX | fcntl.LOCK_NB)
        return mine.pop_all()
    return None
