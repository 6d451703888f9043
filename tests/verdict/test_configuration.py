"""Of settings that changed three are told with their values, and the others by their names."""

from __future__ import annotations

import pytest

from harness.facts import Moment
from tests.verdict.edits import answering
from tests.verdict.findings import PASSED, finding


@pytest.mark.parametrize(
    ("number", "more"),
    [(3, ""), (4, "; in kubelet-config d changed too"), (5, "; in kubelet-config d and e changed too")],
)
def test_of_many_settings_that_changed_three_are_told_with_their_values(number: int, more: str) -> None:
    names = "abcde"[:number]
    story = PASSED
    for moment, value in ((Moment.BEFORE, 1), (Moment.RECOVERED, 2)):
        text = "".join(f"{name}: {value}\n" for name in names)
        story = answering(story, "kubelet-config", moment, {"data": {"kubelet": text}})
    told = "; ".join(f"in kubelet-config {name} was 1 and is 2" for name in "abc")
    assert finding(story, "kubelet-config").cause == told + more
