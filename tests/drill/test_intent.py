from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from harness import faults, recoveries
from harness.drill import Drill
from harness.drill.intent import read_intent
from harness.drill.plan import compose
from harness.errors import SpecError
from harness.providers.seam import Fidelity
from harness.spec import parse_shape
from tests.drill.rehearsing import STORIES, shape_of

LAB = parse_shape("1")


def without_expectation(drill: Drill) -> None:
    drill.inject(faults.SwapOsDisk(drill.cluster.master))
    drill.recover(recoveries.AdoptDataDisk(drill.cluster.master), within=timedelta(minutes=1))


def without_recovery(drill: Drill) -> None:
    before = drill.baseline()
    drill.inject(faults.SwapOsDisk(drill.cluster.master))
    drill.expect_survival(of=before, losing_at_most=timedelta(0))


def without_fault(drill: Drill) -> None:
    before = drill.baseline()
    drill.expect_survival(of=before, losing_at_most=timedelta(0))


def with_questions(drill: Drill, host: Any) -> None:
    before = drill.baseline()
    assert not host.file("/etc/kubernetes/admin.conf").exists
    assert host.run("id").stdout == "root"
    drill.inject(faults.SwapOsDisk(drill.cluster.master))
    drill.recover(recoveries.AdoptDataDisk(drill.cluster.master), within=timedelta(minutes=1))
    drill.expect_survival(of=before, losing_at_most=timedelta(seconds=3))


@pytest.mark.parametrize(
    ("story", "missing"),
    [(without_expectation, "expectation"), (without_recovery, "recovery"), (without_fault, "fault")],
)
def test_a_scenario_with_nothing_to_judge_is_refused(story: Any, missing: str) -> None:
    with pytest.raises(SpecError, match=f"has no {missing}, so there is nothing to judge"):
        read_intent(story, LAB)


def test_a_scenario_that_breaks_off_is_refused_before_anything_is_touched() -> None:
    def breaks_off(drill: Drill) -> None:
        drill.baseline()
        raise RuntimeError("half a story")

    with pytest.raises(RuntimeError, match="half a story"):
        read_intent(breaks_off, LAB)


def test_questions_to_machines_that_are_not_there_yet_do_not_stop_the_reading() -> None:
    intent = read_intent(with_questions, LAB)
    assert intent.within == timedelta(minutes=1)
    assert intent.losing_at_most == timedelta(seconds=3)


@pytest.mark.parametrize("name", STORIES)
def test_a_plan_names_each_check_once_and_requires_most(name: str) -> None:
    story = STORIES[name]
    shape, shared = shape_of(story)
    intent = read_intent(story, parse_shape(shape), shared_endpoint=shared)
    plan = compose(intent, parse_shape(shape), Fidelity.CONTAINER)
    names = [line["check"] for line in plan["checks"]]
    assert len(names) == len(set(names))
    assert names[0] == "fault-bit"
    assert all(line["required"] or line["reason"] for line in plan["checks"])
    assert sum(line["required"] for line in plan["checks"]) > len(names) / 2


def test_emulated_machines_promise_no_times() -> None:
    story = STORIES["os-disk-swap"]
    plan = compose(read_intent(story, LAB), LAB, Fidelity.VM_EMULATED)
    times = [line for line in plan["checks"] if line["check"].startswith("rto-")]
    assert [line["required"] for line in times] == [False, False]
