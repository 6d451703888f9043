"""What a verdict says of the drill itself comes from the first line that tells it."""

from __future__ import annotations

from dataclasses import replace

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
