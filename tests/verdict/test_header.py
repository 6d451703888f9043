"""What a verdict says of the drill itself comes from the first line that tells it."""

from __future__ import annotations

from dataclasses import replace

import pytest

from harness.journal import Kind
from harness.verdict import judge
from tests.verdict.edits import edited, inserted, renumbered
from tests.verdict.findings import PASSED

TOLD = {
    "settings": {"source": "auto"},
    "occasion": {"trigger": "cron", "tester": "ada", "job": "https://ci/7"},
    "controls": ["cp-10", "cp-9.2"],
}


def test_settings_occasion_and_controls_are_those_of_the_first_line() -> None:
    first = judge(edited(PASSED, lambda event: event.kind is Kind.DRILL, **TOLD)).header
    assert first.settings == {"source": "auto"}
    assert (first.trigger, first.tester, first.job) == ("cron", "ada", "https://ci/7")
    assert first.controls == ("cp-10", "cp-9.2")


def test_a_second_line_of_the_drill_or_its_lab_changes_nothing() -> None:
    told = inserted(PASSED, lambda event: event.seq == 2, Kind.LAB, image="9b1f", lab="1")
    forged = inserted(told, lambda event: event.kind is Kind.END, Kind.DRILL, drill="another", provider="vagrant")
    forged = inserted(forged, lambda event: event.kind is Kind.END, Kind.LAB, image="00", lab="3+1")
    assert judge(forged).header == judge(told).header
    assert judge(forged).header.image == "9b1f"


def test_times_are_told_to_the_millisecond_with_the_target_of_the_plan() -> None:
    """All that came since the fault came 44 hundredths of a millisecond later, which is no whole one."""
    fault = next(event for event in PASSED.events if event.kind is Kind.FAULT)
    later = [replace(one, mono=one.mono + 0.00044) if one.seq > fault.seq else one for one in PASSED.events]
    rto = judge(edited(renumbered(later), lambda event: event.kind is Kind.PLAN, rto_seconds=77.5)).rto
    assert (rto.target_seconds, judge(PASSED).rto.target_seconds) == (77.5, 300.0)
    assert rto.control_plane_seconds == judge(PASSED).rto.control_plane_seconds == 9.7
    assert rto.workload_seconds == judge(PASSED).rto.workload_seconds


@pytest.mark.parametrize(
    ("of", "own", "told"),
    [
        ("policy", 300.0, ("policy", 300.0)),
        ("policy", 300, ("policy", 300)),
        ("policy", None, ("policy", None)),
        ("policy", "300", ("policy", None)),
        ("scenario", 300.0, ("scenario", 77.5)),
    ],
)
def test_a_target_that_a_policy_set_is_told_beside_what_the_scenario_promises(
    of: str, own: object, told: tuple[str, object]
) -> None:
    targets = {which: {"of": of, "scenario_seconds": own} for which in ("rto", "rpo")}
    given = {"targets": targets, "rto_seconds": 77.5, "rpo_seconds": 77.5}
    verdict = judge(edited(PASSED, lambda event: event.kind is Kind.PLAN, **given))
    for one in (verdict.rto, verdict.rpo):
        assert (one.target_of, one.promised_seconds) == told
        assert one.target_seconds == 77.5


@pytest.mark.parametrize("targets", [None, [], {}, {"rto": "policy", "rpo": None}])
def test_a_plan_that_does_not_say_whose_the_targets_are_has_those_of_the_scenario(targets: object) -> None:
    verdict = judge(edited(PASSED, lambda event: event.kind is Kind.PLAN, targets=targets))
    assert (verdict.rto.target_of, verdict.rto.promised_seconds) == ("scenario", 300.0)
    assert (verdict.rpo.target_of, verdict.rpo.promised_seconds) == ("scenario", 0.0)
