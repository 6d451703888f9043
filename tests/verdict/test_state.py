"""Objects of before are there again, except those that the drill changes."""

from __future__ import annotations

import json
from typing import Any

import pytest

from harness.facts import Moment
from harness.journal import Event, History, Kind
from harness.verdict import Outcome
from tests.verdict import answers
from tests.verdict.edits import edited, is_fact, planned_as, without
from tests.verdict.findings import PASSED, finding
from tests.verdict.spoils import other

OBJECTS = answers.objects()


def test_an_object_that_the_drill_itself_changes_may_be_left_out() -> None:
    lines = [
        {**line, "params": {**line["params"], "ignoring": ["ConfigMap test-ns/settings", "PersistentVolume bound"]}}
        if line["check"] == "objects-survived"
        else line
        for line in PASSED.events[1].data["checks"]
    ]
    planned = edited(PASSED, lambda e: e.kind is Kind.PLAN, checks=lines)
    assert finding(other("objects", [*OBJECTS[:2], OBJECTS[3]])(planned), "objects-survived").outcome is Outcome.HELD
    assert finding(other("objects", OBJECTS[:3])(planned), "objects-survived").outcome is Outcome.BROKEN


def changed_objects(number: int) -> list[dict[str, Any]]:
    """The objects of before, and so many more whose content is another."""
    return [*OBJECTS, *({**OBJECTS[2], "name": f"extra{n}", "uid": f"u-{n}"} for n in range(number))]


@pytest.mark.parametrize(("number", "more"), [(3, ""), (4, "1 more object changed"), (5, "2 more objects changed")])
def test_of_many_objects_that_changed_three_are_told_with_what_differs(number: int, more: str) -> None:
    was = changed_objects(number)
    now = [{**one, "content": {"data": {"colour": "red"}}} if "extra" in one["name"] else one for one in was]
    history = other("objects", was, Moment.BEFORE)(planned_as(PASSED, "objects-survived", ignoring=[]))
    cause = finding(other("objects", now)(history), "objects-survived").cause
    assert cause.count("has changed: data.colour") == 3
    assert ("more object" in cause, more in cause) == (bool(more), True)


def test_an_object_that_gained_something_has_changed_as_well() -> None:
    grown = {**OBJECTS[2], "content": {"data": {"colour": "blue", "size": "1"}}}
    now = other("objects", [*OBJECTS[:2], grown, OBJECTS[3]])(PASSED)
    assert finding(now, "objects-survived").cause == "ConfigMap test-ns/settings has changed: data.size"


def test_another_cluster_is_said_to_be_one_and_why() -> None:
    anew = [{**one, "uid": f"{one['uid']}-anew"} for one in OBJECTS]
    cause = finding(other("objects", anew)(PASSED), "objects-survived").cause
    assert cause.startswith("4 objects made anew, with another UID: ")
    assert cause.endswith("this is another cluster: the data disk 'etcd' of 'master1' came back empty")
    disk = other("etcd-disk", answers.mounts("/dev/loop9", "other", "/var/lib/etcd"))
    assert (
        "the data disk 'etcd' of 'master1' was"
        in finding(disk(other("objects", anew)(PASSED)), "objects-survived").cause
    )
    unasked = without(other("objects", anew)(PASSED), lambda e: is_fact(e, "etcd-disk", moment=Moment.RECOVERED))
    assert "did not bring the old one back" in finding(unasked, "objects-survived").cause
    nowhere = planned_as(other("objects", anew)(PASSED), "objects-survived", machine="")
    assert "another cluster" not in finding(nowhere, "objects-survived").cause
    few = other("objects", [*OBJECTS[:3], {**OBJECTS[3], "uid": "x"}])(PASSED)
    assert "another cluster" not in finding(few, "objects-survived").cause


def test_an_object_written_late_is_gone_where_the_data_are_restored_and_there_where_they_are_kept() -> None:
    gone = other("late-object", "", status=404)
    restored = planned_as(PASSED, "late-object", restored=True)
    assert finding(gone(restored), "late-object").outcome is Outcome.HELD
    assert finding(restored, "late-object").cause == "the object written after the backup is still there"


def seen(moment: str = Moment.RECOVERED, **changes: Any) -> History:
    """The master's Node as it is told at a moment."""

    def told(event: Event) -> bool:
        return is_fact(event, "nodes", moment=moment)

    (event,) = (one for one in PASSED.events if told(one))
    nodes = json.loads(event.data["stdout"])
    for one in nodes:
        if one["metadata"]["name"] == answers.MASTER:
            one["metadata"] |= {key: value for key, value in changes.items() if key == "labels"}
            one["spec"] |= {key: value for key, value in changes.items() if key == "taints"}
    return edited(PASSED, told, stdout=json.dumps(nodes))


HOSTNAME = {"kubernetes.io/hostname": answers.MASTER}
TAINT = {"key": "dedicated", "value": "db", "effect": "NoSchedule"}


@pytest.mark.parametrize(
    ("history", "said"),
    [
        (seen(labels={**HOSTNAME, "zone": "a"}), "the Node 'master1' gained the label zone"),
        (seen(labels={}), "the Node 'master1' lost the label kubernetes.io/hostname"),
        (seen(labels=None), "the Node 'master1' lost the label kubernetes.io/hostname"),
        (
            seen(labels={"kubernetes.io/hostname": "other"}),
            "the Node 'master1' has another value of the label kubernetes.io/hostname",
        ),
        (seen(taints=[TAINT]), "the Node 'master1' has the taint dedicated=db:NoSchedule, which it had not before"),
        (seen(Moment.BEFORE, taints=[TAINT]), "the Node 'master1' lost the taint dedicated=db:NoSchedule"),
        (seen(Moment.BEFORE, labels={**HOSTNAME, "zone": "a"}), "the Node 'master1' lost the label zone"),
    ],
)
def test_a_taint_or_a_label_that_differs_is_told_with_its_node(history: History, said: str) -> None:
    assert finding(history, "node-taints-and-labels").cause == said


def test_a_taint_that_passes_by_itself_is_none() -> None:
    passing = {"key": "node.kubernetes.io/not-ready", "effect": "NoExecute"}
    for moment in (Moment.BEFORE, Moment.RECOVERED):
        assert finding(seen(moment, taints=[passing]), "node-taints-and-labels").outcome is Outcome.HELD


@pytest.mark.parametrize(
    ("label", "said"),
    [
        ("cp-2", ""),
        (answers.OLD_NAME, "the Node 'cp-2' has another value of the label kubernetes.io/hostname"),
    ],
)
def test_a_machine_that_calls_itself_something_else_since_says_so_in_its_label(label: str, said: str) -> None:
    anew = answers.node("cp-2", [])
    anew["metadata"]["labels"] = {"kubernetes.io/hostname": label}
    history = other("nodes", [*answers.nodes_of(Moment.RECOVERED), anew])(PASSED)
    renamed = planned_as(history, "node-taints-and-labels", renamed={answers.OLD_NAME: "cp-2"})
    assert finding(renamed, "node-taints-and-labels").cause == said
