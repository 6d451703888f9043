"""A worker is emptied, or away: who has to leave it, and who waits."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from unittest.mock import MagicMock

import pytest

from harness.clock import NotYet
from harness.drill.displacement import Displacement
from harness.facts import Moment
from harness.facts.movers import MOVERS_THERE, NAMESPACE
from harness.facts.objects import PODS
from harness.journal import History, Kind
from harness.verdict import judge
from harness.verdict.record import read_fact
from tests.drill.rehearsing import STORIES, rehearse

HOME = "worker2"


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> dict[str, History]:
    """Both drills, once."""
    return {name: rehearse(STORIES[name], tmp_path_factory.mktemp(name)) for name in ("drain", "node-outage")}


def movers(history: History, moment: str) -> dict[str, str | None]:
    """Where each pod was that may have to move, less those that were told to end."""
    event = history.last(Kind.FACT, fact=PODS.name, moment=moment)
    assert event is not None
    pods = read_fact(PODS, event)
    there = [pod for pod in pods if pod.metadata.namespace == NAMESPACE and pod.metadata.ending is None]
    return {pod.metadata.name: pod.spec.node for pod in there}


@pytest.mark.parametrize("name", ["drain", "node-outage"])
def test_all_are_at_home_before_and_one_of_the_pair_is_not(told: dict[str, History], name: str) -> None:
    before = movers(told[name], Moment.BEFORE)
    assert sorted(one.split("-")[0] for one, node in before.items() if node == HOME) == [
        *("lone", "pair", "rooted", "stray"),
    ]
    assert len(before) == 5


def test_kubectl_is_asked_first_without_and_then_with_each_flag(told: dict[str, History]) -> None:
    asked = told["drain"].last(Kind.FACT, fact="drain-refused")
    (drained,) = (
        event for event in told["drain"].of(Kind.COMMAND, node="master1") if event.data["argv"][1:2] == ["drain"]
    )
    assert asked is not None
    assert asked.seq < drained.seq
    assert {"--ignore-daemonsets", "--delete-emptydir-data", "--force"} <= set(drained.data["argv"])


def test_a_drained_worker_runs_none_of_them_and_a_silent_one_is_not_asked(told: dict[str, History]) -> None:
    drained = told["drain"].last(Kind.FACT, fact=MOVERS_THERE.name, subject=HOME, moment=Moment.FAULTED)
    assert drained is not None
    assert read_fact(MOVERS_THERE, drained) == ()
    assert told["node-outage"].last(Kind.FACT, fact=MOVERS_THERE.name, subject=HOME, moment=Moment.ENDURED) is None


def test_what_waits_for_a_silent_machine_is_made_anew_only_when_the_machine_is_back(told: dict[str, History]) -> None:
    during, after = (movers(told["node-outage"], moment) for moment in (Moment.ENDURED, Moment.RECOVERED))
    assert HOME not in during.values()
    assert sorted(one.split("-")[0] for one in during) == ["lone", "pair", "pair"]
    assert sorted(one.split("-")[0] for one in after) == ["lone", "pair", "pair", "rooted"]


@pytest.mark.parametrize("name", ["drain", "node-outage"])
def test_the_worker_and_no_control_plane_is_booted_once_more(told: dict[str, History], name: str) -> None:
    assert [one.params["machine"] for one in judge(told[name]).findings if one.check == "after-reboot"] == [HOME]


def test_only_a_drain_promises_each_answer(told: dict[str, History]) -> None:
    found = {one.check: one for one in judge(told["drain"]).findings}
    assert found["requests-kept"].outcome == "held"
    assert "not applicable" in {one.check: one for one in judge(told["node-outage"]).findings}["requests-kept"].cause


def pod(app: str, node: str, *, ends: bool = False) -> dict[str, Any]:
    """A pod that is Ready until it is told to end."""
    metadata = {"name": f"{app}-{node}", "labels": {"app": app}, **({"deletionTimestamp": "now"} if ends else {})}
    ready = {"type": "Ready", "status": "False" if ends else "True"}
    return {"metadata": metadata, "spec": {"nodeName": node}, "status": {"conditions": [ready]}}


HOME_AND_AWAY = [pod("pair", "worker1"), pod("pair", HOME), pod("lone", HOME), pod("rooted", HOME), pod("stray", HOME)]
TOLD_TO_END = [pod("pair", "worker1"), *(pod(app, HOME, ends=True) for app in ("pair", "lone", "rooted", "stray"))]
MADE_ANEW = [*TOLD_TO_END, pod("pair", "spare1"), pod("lone", "worker1")]


def test_what_was_told_to_end_has_moved_only_when_its_owner_has_made_the_next_one() -> None:
    looks: list[bool | NotYet] = []
    answers = iter([HOME_AND_AWAY, HOME_AND_AWAY, TOLD_TO_END, MADE_ANEW])
    cluster = MagicMock()
    cluster.api.list.side_effect = lambda *_: next(answers)
    cluster.images.canary = "canary"
    cluster.workers = ()
    cluster.lab.pace = 1
    displacement = Displacement(cluster, MagicMock(), MagicMock(), HOME)
    displacement.prepare()
    cluster.await_state.side_effect = lambda _what, look, _within: looks.extend(look() for _ in range(3))
    displacement.endure(timedelta(seconds=1))
    assert [str(look) for look in looks[:2]] == [
        str(NotYet(f"not elsewhere: lone-{HOME}, pair-{HOME}")),
        str(NotYet("not elsewhere: lone, pair")),
    ]
    assert looks[2] is True
