"""A boot that the host has spoilt is begun anew once, and the journal says so."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pytest

from harness.clock import HostClock
from harness.errors import LabError, StoodStillError
from harness.journal import Kind, parse_journal
from harness.journal.writer import Journal
from harness.lab import Node
from harness.spec import NodeSpec, OsSlot, parse_shape


@dataclass
class Spoilt:
    """A machine whose first boots come to nothing."""

    errors: list[LabError]
    spec: NodeSpec = parse_shape("1").nodes[0]
    slot: OsSlot = OsSlot.A

    def power_on(self) -> None:
        if self.errors:
            raise self.errors.pop(0)


def notes(journal: Path, *errors: LabError) -> list[str]:
    written = Journal(journal, HostClock())
    try:
        Node(Spoilt(list(errors)), written).power_on()  # type: ignore[arg-type]
    finally:
        written.close()
    return [event.data["text"] for event in parse_journal(journal.read_text()).of(Kind.NOTE)]


def test_one_spoilt_boot_is_told_and_begun_anew(tmp_path: Path) -> None:
    told = notes(tmp_path / "spoilt", StoodStillError("It stood still"))
    assert told == ["It stood still. The boot is begun anew, once."]
    assert notes(tmp_path / "good") == []


def test_a_second_one_and_any_other_trouble_end_it(tmp_path: Path) -> None:
    with pytest.raises(StoodStillError, match="again"):
        notes(tmp_path / "twice", StoodStillError("It stood still"), StoodStillError("again"))
    with pytest.raises(LabError, match="no disk"):
        notes(tmp_path / "other", LabError("no disk"))
