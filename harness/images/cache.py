"""The folder that holds everything Kubedrill can make again."""

from __future__ import annotations

import shutil
from pathlib import Path

from harness.errors import LabError, hinted
from harness.ownership import cache_root

__all__ = ["cache_root", "require_space", "used_mib"]

_MIB = 1024 * 1024


def require_space(folder: Path, need_mib: int, purpose: str) -> None:
    """Refuse work that would fill the disk, before it starts."""
    have_mib = shutil.disk_usage(folder).free // _MIB
    if have_mib < need_mib:
        raise hinted(
            LabError(
                f"There is not enough room in '{folder}' for {purpose}: "
                f"it needs {need_mib} MiB, there are {have_mib} MiB"
            ),
            "Free some space, run `kubedrill image prune`, or choose another place with KUBEDRILL_CACHE.",
        )


def used_mib(path: Path) -> int:
    """What a file or folder really takes on the disk, holes left out."""
    files = [path, *path.rglob("*")] if path.is_dir() else [path]
    return sum(file.lstat().st_blocks for file in files if file.is_symlink() or file.exists()) * 512 // _MIB
