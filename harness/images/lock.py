"""One builder at a time, and a word to those who wait about whom they wait for."""

from __future__ import annotations

import contextlib
import fcntl
import os
from collections.abc import Iterator
from datetime import UTC, datetime

from harness.images.cache import cache_root
from harness.images.progress import Progress


@contextlib.contextmanager
def exclusive(name: str, purpose: str, progress: Progress) -> Iterator[None]:
    """Hold a lock of the cache; who comes second is told by whom it is held, and what for."""
    folder = cache_root() / "locks"
    folder.mkdir(exist_ok=True)
    with (folder / f"{name}.lock").open("a+") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            lock.seek(0)
            holder = lock.read().strip() or "another process that has not said what it does"
            progress.waiting_on(holder)
            fcntl.flock(lock, fcntl.LOCK_EX)
        lock.truncate(0)
        lock.write(f"process {os.getpid()}, which {purpose} since {datetime.now(UTC):%H:%M:%S} UTC\n")
        lock.flush()
        try:
            yield
        finally:
            lock.truncate(0)
