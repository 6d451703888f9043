"""Objects of before are there again, except those that the drill changes."""

from __future__ import annotations

from harness.journal import Kind
from harness.verdict import Outcome
from tests.verdict import answers
from tests.verdict.edits import edited
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
