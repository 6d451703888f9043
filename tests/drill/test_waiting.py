"""How long a drill waits for what does not come."""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from datetime import timedelta
from typing import Any
from unittest.mock import MagicMock

import pytest

from harness.clock import Deadline, HostClock, NotYet
from harness.drill import examination, waiting
from harness.drill.examination import Examination
from harness.drill.trials import Trials
from harness.errors import DeadlineError
from harness.facts.life import ROLLOUT, SCHEDULING
from harness.providers.seam import ApiError

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


def _pod(name: str, node_uid: str) -> dict[str, Any]:
    return {
        "metadata": {"name": name, "uid": name, "ownerReferences": [{"kind": "Node", "uid": node_uid}]},
        "spec": {"nodeName": "master1"},
        "status": {"conditions": [{"type": "Ready", "status": "True"}]},
    }


def test_pods_are_not_all_there_while_the_api_was_not_told_of_a_static_one(monkeypatch: pytest.MonkeyPatch) -> None:
    world = _NeverComes(monkeypatch)
    saw: dict[str, bool | NotYet] = {}
    world.cluster.await_state = lambda what, check, _budget: saw.setdefault(what, check())
    world.cluster.nodes = {"master1": MagicMock()}
    world.cluster.nodes["master1"].spec.called = "master1"
    objects = {"Node": [{"metadata": {"name": "master1", "uid": "old"}, "status": _pod("", "")["status"]}]}
    objects["Pod"] = [_pod("etcd-master1", "old"), _pod("kube-apiserver-master1", "old")]
    world.cluster.api.list = lambda kind, _namespace=None: objects[kind]
    patience = waiting.Waiting(world.cluster, MagicMock(), briefly=False)

    before = patience.pods_before(["master1"])
    objects["Node"][0]["metadata"]["uid"] = "new"
    objects["Pod"][0] = _pod("etcd-master1", "new")
    patience.for_pods(["master1"], waiting.PodsBefore(static=before.static))

    assert list(saw.values())[1:] == [NotYet("not told by 'master1': kube-apiserver")]


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


def test_a_trial_that_the_api_refuses_in_the_first_moments_is_asked_for_until_it_is_taken_and_then_never_again() -> (
    None
):
    cluster: Any = MagicMock()
    cluster.lab.pace = 1

    def looks(_what: str, check: Callable[[], bool | NotYet], _until: Deadline) -> None:
        for _ in range(9):
            with contextlib.suppress(ApiError):
                if check() is True:
                    return
        raise DeadlineError("in vain")

    cluster.await_state = looks
    asked: list[str] = []

    def apply(manifest: dict[str, Any]) -> dict[str, Any]:
        asked.append(manifest["metadata"]["name"])
        if asked.count(asked[-1]) < 3:
            raise ApiError("The API does not answer")
        return {"metadata": {**manifest["metadata"], "generation": 2}}

    done = {"observedGeneration": 2, "updatedReplicas": 1, "availableReplicas": 1, "replicas": 1, "phase": "Succeeded"}
    cluster.api.apply = apply
    cluster.api.get.side_effect = [{"status": {}}, {"status": done}, {"status": {"phase": "Pending"}}, {"status": done}]
    trials = Trials(cluster)

    trials.begin()
    until = Deadline.after(MINUTE, HostClock())

    assert trials.rollout(until)["ok"]
    assert trials.scheduling(until)["ok"]
    assert asked == ["roller"] * 3 + ["newcomer"] * 3
