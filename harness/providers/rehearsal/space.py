"""The room that a simulated etcd has, and what it does when there is none left."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

NO_SPACE = "etcdserver: mvcc: database space exceeded"


@dataclass(slots=True)
class Space:
    """The file of one database; 0 is no quota, and then nothing is counted."""

    quota: int = 0
    size: int = 0
    #: Pages of the file that nothing is in.
    free: int = 0
    #: Whether the alarm is raised, which only a command disarms.
    is_full: bool = False

    def takes(self, item: Mapping[str, Any]) -> bool:
        """Whether there is room for one more revision; free pages are filled first."""
        if not self.quota:
            return True
        cost = _cost(item)
        self.is_full = self.is_full or self.size + max(0, cost - self.free) > self.quota
        if not self.is_full:
            self.size += max(0, cost - self.free)
            self.free = max(0, self.free - cost)
        return not self.is_full

    def compact(self, kept: Iterable[Mapping[str, Any]]) -> None:
        """Only the newest revision of each object keeps its pages."""
        self.free = max(0, self.size - sum(map(_cost, kept)))

    def defragment(self) -> None:
        """Give the free pages back."""
        self.size, self.free = self.size - self.free, 0


def _cost(item: Mapping[str, Any]) -> int:
    return len(json.dumps(item))
