"""Stories that break or starve the checks of state."""

from __future__ import annotations

from harness.facts import Moment
from tests.verdict import answers
from tests.verdict.answers import MASTER, SPARE
from tests.verdict.spoils import Break, Idle, other

OBJECTS = answers.objects()
BROKEN: list[Break] = [
    ("objects-survived", other("objects", OBJECTS[:3]), ("1 object missing", "Secret test-ns/door")),
    (
        "objects-survived",
        other("objects", [*OBJECTS[:3], {**OBJECTS[3], "uid": "x"}]),
        ("another UID", "Secret test-ns/door"),
    ),
    (
        "objects-survived",
        other("objects", [*OBJECTS[:2], {**OBJECTS[2], "content": {"data": {"colour": "red"}}}, OBJECTS[3]]),
        ("ConfigMap test-ns/settings has changed: data.colour",),
    ),
    (
        "objects-survived",
        other("objects", [{**OBJECTS[0], "uid": "new"}]),
        ("data disk 'etcd' of 'master1' came back empty",),
    ),
    ("late-object", other("late-object", "", status=404), ("is gone, although the data were kept",)),
    ("late-object", other("late-object", {"uid": "another"}), ("the object's UID was u-late and is another",)),
    (
        "node-taints-and-labels",
        other(
            "nodes", [answers.node(MASTER, [{"key": "node-role.kubernetes.io/control-plane", "effect": "NoSchedule"}])]
        ),
        ("has the taint node-role.kubernetes.io/control-plane:NoSchedule",),
    ),
    ("node-taints-and-labels", other("nodes", [answers.node(SPARE, [])]), ("'master1' is missing",)),
    (
        "node-taints-and-labels",
        other("nodes", [answers.node(MASTER, []), answers.node("ghost", [])]),
        ("'ghost' was not there",),
    ),
]
VACUOUS: list[Idle] = [
    ("objects-survived", other("objects", [], Moment.BEFORE)),
    ("late-object", other("late-object", "", Moment.BEFORE, status=404)),
    ("node-taints-and-labels", other("nodes", [], Moment.BEFORE)),
]
