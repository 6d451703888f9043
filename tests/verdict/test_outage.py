"""What went on without a control plane, and who was busy meanwhile: counted from the fault to the recovery alone."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from harness.facts import Moment
from harness.journal import Event, History, Kind
from harness.verdict import Outcome, planned
from tests.verdict.answers import MASTER
from tests.verdict.edits import edited, inserted, is_fact, renumbered, without
from tests.verdict.findings import PASSED, finding
from tests.verdict.limits import UP_TO, outcomes

FAULT = next(one for one in PASSED.events if one.kind is Kind.FAULT)
BACK = next(one for one in PASSED.events if one.kind is Kind.RECOVERY and one.data["state"] == "start")


def is_probe(event: Event) -> bool:
    return event.kind is Kind.PROBE and event.data["probe"] in ("app-read", "app-write")


def planning(check: str, **params: Any) -> History:
    """The story, with a check that has no other parameters than these."""
    return edited(PASSED, lambda one: one.kind is Kind.PLAN, checks=[planned(check, **params)])


def silent(history: History, *gaps: tuple[float, float]) -> History:
    """The application fails to answer for these stretches after the fault, and for no others until the reboot."""
    calm = without(history, lambda one: is_probe(one) and one.mono > FAULT.mono and one.data["detail"] != "end")
    events = [one for one in calm.events if not (is_probe(one) and one.seq > BACK.seq)]
    place = next(number for number, one in enumerate(events) if one.seq > FAULT.seq)
    told = []
    for start, end in gaps:
        bad = {"probe": "app-read", "ok": False, "last_ok": FAULT.mono + start, "detail": "refused"}
        good = {"probe": "app-read", "ok": True, "last_ok": FAULT.mono + end, "detail": ""}
        told += [replace(events[place], kind=Kind.PROBE, mono=FAULT.mono + start, data=bad)]
        told += [replace(events[place], kind=Kind.PROBE, mono=FAULT.mono + end, data=good)]
    return renumbered([*events[:place], *told, *events[place:]])


@pytest.mark.parametrize(
    ("gaps", "outcome"),
    [
        ((), Outcome.HELD),
        (((0.1, 0.6),), Outcome.HELD),
        (((0.1, 1.3),), Outcome.BROKEN),
        (((0.1, 0.2), (0.3, 1.3)), Outcome.HELD),
        (((0.1, 0.2), (0.3, 1.4)), Outcome.BROKEN),
    ],
)
def test_the_longest_gap_may_be_a_second_where_nothing_else_is_tolerated(
    gaps: tuple[tuple[float, float], ...], outcome: Outcome
) -> None:
    assert finding(silent(planning("served-throughout"), *gaps), "served-throughout").outcome is outcome


def test_an_application_that_never_failed_is_served_however_little_is_tolerated() -> None:
    assert finding(silent(planning("served-throughout", tolerated_seconds=0.0)), "served-throughout").saw


def test_an_answer_of_the_very_moment_of_the_fault_was_not_given_before_it() -> None:
    then = [replace(one, mono=FAULT.mono) if is_probe(one) and one.seq < FAULT.seq else one for one in PASSED.events]
    assert "got no good answer before the fault" in finding(renumbered(then), "served-throughout").cause


def test_the_container_that_has_to_crash_is_the_keepers_unless_another_is_named() -> None:
    found = finding(planning("container-restarted", machine=MASTER), "container-restarted")
    assert found.cause == "nothing was measured: 'keeper-0' did not run on 'master1' before"


@pytest.mark.parametrize("check", ["returned-by-itself", "healed-by-itself"])
def test_what_was_typed_before_the_recovery_or_after_it_brought_nobody_back(check: str) -> None:
    def begins(event: Event) -> bool:
        return event.kind is Kind.RECOVERY and event.data["state"] == "start"

    typed = {"node": "spare1", "argv": ["kubeadm", "reset"], "status": 0}
    early = inserted(PASSED, begins, Kind.COMMAND, **typed)
    late = inserted(early, lambda one: one.kind is Kind.END, Kind.COMMAND, **typed)
    assert finding(late, check).outcome is Outcome.HELD


def test_a_majority_may_take_as_long_as_promised_to_elect_another_leader() -> None:
    led, followed = (
        next(one.mono for one in PASSED.events if is_fact(one, "etcd-status", machine, moment))
        for machine, moment in ((MASTER, Moment.LED), ("master2", Moment.FAULTED))
    )
    assert outcomes("majority-elected", "within_seconds", followed - led) == UP_TO
