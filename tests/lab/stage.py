"""A simulated lab with a journal, for tests of what stands on it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from harness.journal.writer import Journal
from harness.lab import Node
from harness.providers.rehearsal import RehearsalProvider
from harness.providers.rehearsal.provider import RehearsalLab
from harness.spec import parse_shape


@dataclass(frozen=True, slots=True)
class Stage:
    """The lab, who made it, and what is written down about it."""

    provider: RehearsalProvider
    lab: RehearsalLab
    journal: Journal

    def node(self, name: str) -> Node:
        """A machine as drills see it."""
        return Node(self.lab.machines[name], self.journal)


@pytest.fixture
def stage(tmp_path: Path) -> Iterator[Stage]:
    """A lab of one control plane, one worker and a spare machine."""
    provider = RehearsalProvider()
    journal = Journal(tmp_path / "journal.jsonl", provider.clock)
    with provider.lab(parse_shape("1+1"), kubernetes="v1.34", run="test", folder=tmp_path) as lab:
        yield Stage(provider, lab, journal)
    journal.close()
