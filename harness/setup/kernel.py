"""Limits of the host's kernel that labs beside each other need raised."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

from harness.providers.container.room import LIMIT

_ENOUGH = 1024
_ROOT_KEEPS = Path("/etc/sysctl.d/60-kubedrill.conf")
_WORDS = "# Every machine of a lab takes its inotify instances from the host's root user.\n"


def raise_inotify(
    say: Callable[[str], None], *, is_root: bool | None = None, limit: Path = LIMIT, kept: Path = _ROOT_KEEPS
) -> None:
    """Let dozens of machines run at a time, now and after the host's next boot; what is high enough is left alone."""
    has = int(limit.read_text())
    if has >= _ENOUGH:
        return
    name = "fs.inotify.max_user_instances"
    if not (os.geteuid() == 0 if is_root is None else is_root):
        say(f"{name} is {has}, and labs may have to wait for each other; root can raise it: sysctl {name}={_ENOUGH}")
        return
    try:
        limit.write_text(f"{_ENOUGH}\n")
        kept.parent.mkdir(parents=True, exist_ok=True)
        kept.write_text(f"{_WORDS}{name} = {_ENOUGH}\n")
    except OSError as refused:
        say(f"{name} cannot be raised from {has} for good, and labs may have to wait for each other: {refused}")
        return
    say(f"Raised {name} from {has} to {_ENOUGH}, so that labs fit beside each other; kept in {kept}")
