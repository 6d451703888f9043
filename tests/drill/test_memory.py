from __future__ import annotations

from pathlib import Path

import pytest

from harness.drill.memory import measuring
from harness.errors import LabError
from harness.journal import Kind, read_journal
from harness.journal.writer import Journal
from harness.providers.rehearsal import RehearsalProvider
from harness.providers.rehearsal.machine import SimulatedMachine
from harness.spec import parse_shape

MIB = 1024 * 1024


def measured(
    folder: Path, monkeypatch: pytest.MonkeyPatch, answers: list[int | LabError | None]
) -> list[tuple[int, int]]:
    """What is on record when the only machine of a lab holds so much, second by second."""
    left = list(answers)

    def memory(machine: SimulatedMachine) -> int | None:
        if machine.spec.name != "master1":
            return 0
        answer = left.pop(0) if len(left) > 1 else left[0]
        if isinstance(answer, LabError):
            raise answer
        return answer

    monkeypatch.setattr(SimulatedMachine, "memory", memory)
    provider = RehearsalProvider()
    (folder / "evidence").mkdir()
    journal = Journal(folder / "journal.jsonl", provider.clock)
    with provider.lab(parse_shape("1"), kubernetes="v1.34", run="r", folder=folder / "evidence") as lab:
        with measuring(lab, journal):
            provider.clock.pause(len(answers) + 1)
    journal.close()
    told = read_journal(folder / "journal.jsonl").of(Kind.MEMORY)
    return [(event.data["bytes"], event.data["looks"]) for event in told]


def test_each_new_peak_is_on_record_and_the_true_one_at_the_end(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    told = measured(tmp_path, monkeypatch, [0, 100 * MIB, 101 * MIB, 300 * MIB, 302 * MIB, 5 * MIB])
    assert [held for held, _ in told] == [100 * MIB, 300 * MIB, 302 * MIB]
    assert told[-1][1] >= 5


def test_a_look_that_cannot_be_told_is_none(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    told = measured(tmp_path, monkeypatch, [0, None, LabError("it went off"), 64 * MIB])
    assert [held for held, _ in told] == [64 * MIB, 64 * MIB]
    assert told[0][1] == 1


def test_where_nothing_can_be_measured_nothing_is_on_record(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert measured(tmp_path, monkeypatch, [None]) == []
