"""Room for the watches of two labs beside each other: most hosts let root have too few inotify instances."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from pathlib import Path

_INSTANCES = Path("/proc/sys/fs/inotify/max_user_instances")
_ENOUGH = 512


@contextlib.contextmanager
def room_for_watches(*, real: bool) -> Iterator[None]:
    """Have the setting raised meanwhile where it is too low and machines are real."""
    had = int(_INSTANCES.read_text())
    if not real or had >= _ENOUGH:
        yield
        return
    _INSTANCES.write_text(str(_ENOUGH))
    try:
        yield
    finally:
        _INSTANCES.write_text(str(had))
