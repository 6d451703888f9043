"""A network namespace in which threads of this process can live."""

from __future__ import annotations

import ctypes
import os
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TypeVar

from harness.errors import LabError
from harness.ownership import Kind, Lease
from harness.shell import run

_Result = TypeVar("_Result")
NAMESPACES = Path("/run/netns")
_CLONE_NEWNET = 0x40000000
_libc = ctypes.CDLL(None, use_errno=True)


class Namespace:
    """A named namespace, and threads that stand in it."""

    def __init__(self, name: str, lease: Lease) -> None:
        self.name = name
        self._lease = lease
        self._here = threading.local()
        self._threads = ThreadPoolExecutor(max_workers=8, thread_name_prefix=name, initializer=self.enter)

    def create(self) -> None:
        """Make it; the lease knows of it beforehand."""
        create_namespace(self.name, self._lease)

    def remove(self) -> None:
        """Remove it with all that is in it."""
        remove_namespace(self.name, self._lease)

    def leave(self) -> None:
        """End the threads that live in it."""
        self._threads.shutdown(wait=True, cancel_futures=True)

    def enter(self) -> None:
        """Move the calling thread, and it alone, into the namespace."""
        handle = os.open(NAMESPACES / self.name, os.O_RDONLY)
        try:
            if _libc.setns(handle, _CLONE_NEWNET) != 0:
                reason = os.strerror(ctypes.get_errno())
                raise LabError(f"The network namespace '{self.name}' cannot be entered: {reason}")
        finally:
            os.close(handle)
        self._here.inside = True

    def inside(self, action: Callable[[], _Result]) -> _Result:
        """Run an action in the namespace, in a thread that lives there unless this one does."""
        if getattr(self._here, "inside", False):
            return action()
        return self._threads.submit(action).result()


def create_namespace(name: str, lease: Lease) -> None:
    """Make a namespace; the lease knows of it beforehand."""
    lease.claim(Kind.NETNS, name)
    run(["ip", "netns", "add", name])


def remove_namespace(name: str, lease: Lease) -> None:
    """Remove a namespace that may be gone already."""
    if (NAMESPACES / name).exists():
        run(["ip", "netns", "delete", name])
    lease.release(Kind.NETNS, name)


def configure(namespace: str, *lines: str) -> None:
    """Give lines to `ip` inside a namespace."""
    # One process for all lines. Libraries that enter a namespace fork this process to do so, handlers and all.
    run(["ip", "-netns", namespace, "-batch", "-"], stdin="".join(f"{line}\n" for line in lines).encode())
