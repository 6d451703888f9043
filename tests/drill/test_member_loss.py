"""One of three is lost, the others forget it, and whoever leads is killed."""

from __future__ import annotations

import pytest

from harness.facts import Moment
from harness.facts.leadership import LEADERSHIPS, Office
from harness.journal import History, Kind
from harness.verdict import judge
from tests.drill.rehearsing import STORIES, rehearse


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> History:
    """The drill, once."""
    return rehearse(STORIES["member-loss"], tmp_path_factory.mktemp("told"))


def lines(history: History, node: str) -> list[str]:
    return [" ".join(event.data["argv"]) for event in history.of(Kind.COMMAND, node=node)]


def test_the_others_forget_the_lost_member_before_the_new_one_joins(told: History) -> None:
    ran = [one for one in lines(told, "master2") if "member" in one or "kubectl" in one or "upload-certs" in one]
    assert [one.split()[-2] for one in ran[:2]] == ["member", "remove"]
    assert ran[2] == "kubectl delete node master1"
    assert "upload-certs" in ran[3]
    joined = [event for event in told.of(Kind.COMMAND, node="master1") if event.data["argv"][:2] == ["kubeadm", "join"]]
    removed = next(event for event in told.of(Kind.COMMAND, node="master2") if "remove" in event.data["argv"])
    assert [one.seq > removed.seq for one in joined] == [True]


def test_the_api_is_asked_of_the_others_as_long_as_one_is_lost(told: History) -> None:
    found = {one.check: one for one in judge(told).findings}
    assert found["api-served"].outcome == "held"
    assert "the API refused" not in found["fault-bit"].saw
    assert found["rto-redundancy"].outcome == "held"


def test_each_leader_is_killed_once_and_a_lease_takes_its_time(told: History) -> None:
    killed = [event.data["argv"][-1] for event in told.of(Kind.COMMAND) if event.data["argv"][0] == "pkill"]
    assert killed == ["etcd", "kube-controller", "kube-scheduler"]
    took = {}
    for office in Office:
        led, deposed = (
            next(told.of(Kind.FACT, fact=LEADERSHIPS[office].name, moment=moment))
            for moment in (Moment.LED, Moment.DEPOSED)
        )
        took[office] = deposed.mono - led.mono
    assert took[Office.ETCD] < 3 < 15 <= took[Office.CONTROLLER_MANAGER] < 20
    assert 15 <= took[Office.SCHEDULER] < 20


def test_three_takeovers_are_judged_each_by_its_own_time(told: History) -> None:
    found = [one for one in judge(told).findings if one.check == "taken-over"]
    assert [(one.params["office"], one.outcome) for one in found] == [(office, "held") for office in Office]


def test_only_the_machine_that_was_replaced_is_booted_once_more(told: History) -> None:
    assert [one.params["machine"] for one in judge(told).findings if one.check == "after-reboot"] == ["master1"]
