"""Where Kubedrill keeps what it owns on this host."""

from __future__ import annotations

import contextlib
import hashlib
import os
import tempfile
from collections.abc import Iterator
from pathlib import Path

import platformdirs

from harness.errors import LabError, SpecError, hinted

#: Where the leases of every cache on this host are listed: namespaces and containers do not tell whose they are.
REGISTRY = Path("/run/kubedrill/leases")
#: Disks that libvirt's own user has to reach, which it cannot in a user's cache; a folder for each pool.
POOLS = Path("/var/lib/libvirt/kubedrill")
#: What a folder of ours is called directly below the system's folder for temporary files.
TEMPORARY_PREFIXES = ("kd-", "kubedrill-")


def cache_root() -> Path:
    """The folder of all that can be made again: `$KUBEDRILL_CACHE`, or `kubedrill` in the user's cache folder."""
    chosen = os.environ.get("KUBEDRILL_CACHE")
    root = Path(chosen).expanduser() if chosen else platformdirs.user_cache_path("kubedrill", appauthor=False)
    try:
        root.mkdir(parents=True, exist_ok=True)
    except OSError as refused:
        raise hinted(
            LabError(f"The cache folder '{root}' cannot be made: {refused.strerror}"),
            "Choose another place with the environment variable KUBEDRILL_CACHE.",
        ) from refused
    return root.resolve()


def leases_root() -> Path:
    """The folder with one folder for each lease."""
    root = cache_root() / "leases"
    root.mkdir(mode=0o700, exist_ok=True)
    return root


def register_leases(root: Path, registry: Path = REGISTRY) -> None:
    """Let a reap with another cache know of our leases; who may not write there makes nothing that it could take."""
    entry = registry / hashlib.sha256(str(root).encode()).hexdigest()[:16]
    with contextlib.suppress(OSError):
        if not entry.is_symlink():
            for stale in registry.glob("*"):
                if not stale.exists():
                    stale.unlink(missing_ok=True)
            registry.mkdir(parents=True, exist_ok=True)
            entry.symlink_to(root, target_is_directory=True)


def other_leases(registry: Path = REGISTRY) -> Iterator[Path]:
    """The lease folders of all other caches on this host."""
    own = leases_root()
    with contextlib.suppress(OSError):
        for entry in sorted(registry.iterdir()):
            root = entry.resolve()
            if root.is_dir() and root != own:
                yield from (path for path in root.iterdir() if path.is_dir())


def check_owned_folder(path: Path) -> Path:
    """Return the folder if it may be claimed, and so one day be removed with all that is in it."""
    temporary = Path(tempfile.gettempdir()).resolve()
    if path.is_absolute() and ".." not in path.parts:
        if path.is_relative_to(temporary):
            first = path.relative_to(temporary).parts[:1]
            if first and first[0].startswith(TEMPORARY_PREFIXES):
                return path
        root = cache_root()
        if path.is_relative_to(root) and path != root and path != root / "leases":
            return path
    raise hinted(
        SpecError(f"The folder '{path}' cannot be claimed, because all that is in a claimed folder is removed one day"),
        f"Use a folder below the cache, or one in '{temporary}' whose name starts with 'kd-'.",
    )
