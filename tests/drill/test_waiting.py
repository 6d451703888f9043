"""How long a drill waits for what does not come."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from unittest.mock import MagicMock

import pytest

from harness.clock import Deadline, HostClock
from harness.drill import examination, waiting
from harness.drill.examination import Examination
from harness.errors import DeadlineError
from harness.facts.life import ROLLOUT, SCHEDULING

MINUTE = timedelta(seconds=60)
_SIGNS = {ROLLOUT.name, SCHEDULING.name}


class _NeverComes:
    """A cluster in which what is named comes, and nothing else; it notes how long it was given."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, *, comes: str = "", pace: int = 1) -> None:
        self._comes = comes
        self.given: list[timedelta] = []
        self.cluster: Any = MagicMock()
        self.cluster.lab.pace = pace
        self.cluster.await_state = self._await_state
        self.enter("judgement")
        monkeypatch.setattr(waiting, "keep_traces", MagicMock())

    def enter(self, phase: str) -> None:
        self.cluster.journal.open_phase = phase

    def _await_state(self, what: str, _check: object, budget: timedelta | Deadline) -> None:
        assert isinstance(budget, timedelta)
        self.given.append(budget)
        if what != self._comes:
            raise DeadlineError(f"Waited for {what}, in vain")


class _Noted(MagicMock):
    """A fingerprint that asks what it is to note, and keeps nothing."""

    def note(self, _fact: object, _moment: str, answer: Callable[[], object], *, subject: str) -> None:  # noqa: ARG002
        answer()


def _wait(patience: waiting.Waiting, *what: str) -> list[bool]:
    return [patience.patiently(one, bool) for one in what]


def test_who_waited_in_vain_does_not_wait_as_long_for_the_next_thing(monkeypatch: pytest.MonkeyPatch) -> None:
    world = _NeverComes(monkeypatch)
    patience = waiting.Waiting(world.cluster, MagicMock(), briefly=False)

    assert _wait(patience, "the spare", "pods", "the workload") == [False, False, False]

    assert world.given == [MINUTE, MINUTE / 4, MINUTE / 4]


def test_what_came_leaves_the_next_thing_all_its_time(monkeypatch: pytest.MonkeyPatch) -> None:
    world = _NeverComes(monkeypatch, comes="the spare")
    patience = waiting.Waiting(world.cluster, MagicMock(), briefly=False)

    assert _wait(patience, "the spare", "pods") == [True, False]

    assert world.given == [MINUTE, MINUTE]


def test_another_phase_has_all_its_time_again(monkeypatch: pytest.MonkeyPatch) -> None:
    world = _NeverComes(monkeypatch)
    patience = waiting.Waiting(world.cluster, MagicMock(), briefly=False)
    _wait(patience, "pods")

    world.enter("reboot")
    _wait(patience, "pods", "the workload")

    assert world.given == [MINUTE, MINUTE, MINUTE / 4]


def test_one_more_look_is_as_slow_as_the_machines_and_as_long_as_the_schedule(monkeypatch: pytest.MonkeyPatch) -> None:
    world = _NeverComes(monkeypatch, pace=3)
    patience = waiting.Waiting(world.cluster, MagicMock(), briefly=True)

    patience.patiently("pods", bool)
    patience.patiently("one more backup", bool, MINUTE)

    assert world.given == [MINUTE / 2 * 3, MINUTE / 4 * 3 + MINUTE]


def test_all_signs_of_life_share_one_deadline(monkeypatch: pytest.MonkeyPatch) -> None:
    world = _NeverComes(monkeypatch)
    given: dict[str, object] = {}
    world.cluster.await_state = lambda what, _check, budget: given.setdefault(what, budget)
    world.cluster.journal.clock = HostClock()
    world.cluster.of_role.return_value = []
    monkeypatch.setattr(Examination, "machines", MagicMock())
    monkeypatch.setattr(examination, "Fingerprint", lambda _cluster: _Noted())
    monkeypatch.setattr(examination, "Sealing", MagicMock())

    Examination(world.cluster, MagicMock(), lambda fact, _moment: fact not in _SIGNS).recovered()

    assert set(given) == {"the rollout of 'roller'", "a new pod to be scheduled and to end well", "DNS to answer"}
    assert len(set(map(id, given.values()))) == 1
    assert all(isinstance(one, Deadline) for one in given.values())
