"""One lab of Vagrant at a time: its way in to the machines has the same addresses in each."""

from __future__ import annotations

import contextlib
import fcntl
import os
from collections.abc import Iterator
from datetime import UTC, datetime

from harness.errors import LabError, hinted
from harness.ownership import Lease, cache_root


@contextlib.contextmanager
def only_lab(lease: Lease) -> Iterator[None]:
    """The right to have a lab; who has it is told to who comes second."""
    folder = cache_root() / "locks"
    folder.mkdir(exist_ok=True)
    with (folder / "vagrant-lab.lock").open("a+") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as taken:
            lock.seek(0)
            holder = lock.read().strip() or "another process"
            raise hinted(
                LabError(f"There is a lab of Vagrant already, and there can be only one: it belongs to {holder}"),
                "Wait for it to end; `kubedrill status` shows it.",
            ) from taken
        lock.truncate(0)
        lock.write(f"the run '{lease.run}' (process {os.getpid()}) since {datetime.now(UTC):%H:%M:%S} UTC\n")
        lock.flush()
        try:
            yield
        finally:
            lock.truncate(0)
