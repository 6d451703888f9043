"""A control group whose processes may have little memory, by either version of control groups."""

from __future__ import annotations

import contextlib
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

_ROOT = Path("/sys/fs/cgroup")


@dataclass(frozen=True, slots=True)
class SmallMemory:
    """The group's folder, and what the limit is called there."""

    folder: Path
    file: str
    told: str

    def take(self, process: int) -> None:
        """Let a process and its later children be in it; one that is gone needs no memory."""
        with contextlib.suppress(ProcessLookupError):
            (self.folder / "cgroup.procs").write_text(str(process))

    def limit(self, more: int) -> None:
        """From now on they may have as much as the group has, and so much more; what they had before is not its."""
        held = self.file.replace("limit", "usage").replace("max", "current")
        (self.folder / self.file).write_text(str(int((self.folder / held).read_text()) + more))

    def kills(self) -> int:
        """How many of them the kernel has ended."""
        found = re.search(r"^oom_kill (\d+)$", (self.folder / self.told).read_text(), re.MULTILINE)
        assert found is not None
        return int(found[1])


@contextlib.contextmanager
def small_memory() -> Iterator[SmallMemory]:
    """A group for as long as the block lasts, in which everybody has ended by then."""
    if (_ROOT / "memory").is_dir():
        group = SmallMemory(_ROOT / "memory/kubedrill-test", "memory.limit_in_bytes", "memory.oom_control")
    else:
        (_ROOT / "cgroup.subtree_control").write_text("+memory")
        group = SmallMemory(_ROOT / "kubedrill-test", "memory.max", "memory.events")
    group.folder.mkdir()
    try:
        yield group
    finally:
        group.folder.rmdir()
