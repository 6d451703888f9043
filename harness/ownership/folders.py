"""Folders of a run."""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Sequence
from pathlib import Path

from harness.errors import LabError
from harness.ownership.claim import Kind
from harness.ownership.host import Host
from harness.ownership.mounts import mounted_below
from harness.ownership.places import check_owned_folder
from harness.ownership.resource import Leak, Scope, each

#: Where folders of a lab may lie below the cache: in a folder of their sort, and labs also where the store is mounted.
_PATTERNS = ("*/kd-*", "*/labs/kd-*", "*/*/labs/kd-*")


class Folders:
    """Claimed folders, and those of our name whose claim is lost."""

    def find(self, scope: Scope, host: Host) -> tuple[Leak, ...]:
        """Those that are there."""
        claimed = {path for path in map(Path, scope.claimed(Kind.FOLDER)) if path.exists()}
        named = {path for path in named_folders(scope.cache, host) if scope.covers(path.name)}
        return tuple(Leak(kind=Kind.FOLDER, name=str(path)) for path in sorted(claimed | named))

    def end(self, leaks: Sequence[Leak], scope: Scope, host: Host) -> None:  # noqa: ARG002
        """Remove them with all that is in them, unless something is still mounted there."""
        each(leaks, lambda leak: self._remove(Path(leak.name), host))

    def _remove(self, path: Path, host: Host) -> None:
        mounted = mounted_below(path.resolve(), host)
        if mounted:
            raise LabError(f"The folder '{path}' is left as it is, because '{mounted[0]}' is still mounted")
        if path.is_symlink() or not path.is_dir():
            path.unlink()
        else:
            shutil.rmtree(check_owned_folder(path))


def named_folders(cache: Path, host: Host) -> Iterator[Path]:
    """All folders that have the name of a lab."""
    for pattern in _PATTERNS:
        yield from cache.glob(pattern)
    yield from host.temporary.glob("kd-*")
