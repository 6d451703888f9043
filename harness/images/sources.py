"""Where the programs of a node image come from."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Protocol

from harness.images.catalog import KubernetesVersion
from harness.images.modules import ModulesSource
from harness.images.progress import Progress


class Source(Protocol):
    """One way to come by every program of a node image."""

    name: str

    def digest(self, version: KubernetesVersion) -> str:
        """One number of all that this source would deliver, known before it delivers anything."""
        ...

    def programs(self, version: KubernetesVersion, progress: Progress) -> Mapping[str, Path]:
        """Every program by name, verified."""
        ...

    def release_space(self) -> None:
        """Give back what only the making needed."""
        ...


def modules() -> Source:
    """Compile from pinned Go modules."""
    return ModulesSource()


def choose(asked: str) -> Source:
    """The source that a word like `auto` or `modules` means."""
    return modules()
