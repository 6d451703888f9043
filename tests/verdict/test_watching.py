"""A watch is held against what was acknowledged, and may be told to list anew."""

from __future__ import annotations

from dataclasses import replace

import pytest

from harness.journal import Event, History, Kind
from harness.verdict import Outcome
from tests.verdict.edits import edited, inserted, renumbered, without
from tests.verdict.findings import PASSED, finding
from tests.verdict.spoils import watch_missing


def test_a_watch_told_to_list_anew_may_skip_writes() -> None:
    history = watch_missing(7)(PASSED)
    told = edited(history, lambda e: e.kind is Kind.LEDGER and e.data == {"stream": "marker", "n": 7}, n=6)
    relisted = edited(told, lambda e: e.kind is Kind.WATCH and e.data["state"] == "resumed", state="relist", marker=7)
    assert finding(relisted, "watch-continues").outcome is Outcome.HELD
    assert "1 time to list anew" in finding(relisted, "watch-continues").saw


def test_what_was_acknowledged_after_the_list_is_still_owed() -> None:
    relisted = edited(
        watch_missing(7)(PASSED), lambda e: e.kind is Kind.WATCH and e.data["state"] == "resumed", state="relist"
    )
    assert "silent about 7" in finding(relisted, "watch-continues").cause


def test_a_watch_that_came_back_before_the_fault_has_not_come_back_after_it() -> None:
    def strikes(event: Event) -> bool:
        return event.kind is Kind.FAULT

    def since(event: Event) -> bool:
        return event.kind is Kind.WATCH and (event.data["state"] == "resumed" or event.data.get("marker") == 7)

    early = {"watch": "configmaps", "state": "resumed", "version": "505", "marker": None}
    told = inserted(without(PASSED, since), strikes, Kind.WATCH, **early)
    assert "stayed silent" in finding(told, "watch-continues").cause


def test_numbers_that_were_never_acknowledged_are_not_missed_by_a_watch() -> None:
    def seventh(event: Event) -> bool:
        return event.data.get("n") == 7 or event.data.get("marker") == 7

    def number(event: Event) -> dict[str, object]:
        return {key: 40 if key in ("n", "marker") else value for key, value in event.data.items()}

    history = renumbered([replace(e, data=number(e)) if seventh(e) else e for e in PASSED.events])
    assert finding(history, "watch-continues").outcome is Outcome.HELD


def test_without_markers_a_watch_is_held_against_the_api_ledger() -> None:
    history = without(PASSED, lambda e: e.kind is Kind.LEDGER and e.data["stream"] == "marker")
    assert finding(history, "watch-continues").outcome is Outcome.HELD
    assert "silent about 4" in finding(watch_missing(4)(history), "watch-continues").cause


def never_closed(state: str) -> History:
    """The watch is not closed by the fault; after the recovery it brings an event, or is closed for good."""

    def again(event: Event) -> bool:
        return event.kind is Kind.WATCH and (event.data["state"] in ("closed", "resumed") or event.data["marker"] == 7)

    late = {"watch": "configmaps", "state": state, "version": "507", "marker": 7}
    return inserted(without(PASSED, again), _begins_judgement, Kind.WATCH, **late)


def _begins_judgement(event: Event) -> bool:
    return event.kind is Kind.PHASE and event.data == {"name": "judgement", "state": "start"}


def test_an_event_between_a_complete_fault_and_the_recovery_does_not_make_a_watch_continue() -> None:
    def again(event: Event) -> bool:
        return event.kind is Kind.WATCH and (event.data["state"] == "resumed" or event.data.get("marker") == 7)

    def completes_fault(event: Event) -> bool:
        return event.kind is Kind.FAULT and event.data["state"] == "end"

    late = {"watch": "configmaps", "state": "event", "version": "506", "marker": 6}
    told = inserted(without(PASSED, again), completes_fault, Kind.WATCH, **late)
    assert "stayed silent" in finding(told, "watch-continues").cause


def test_a_watch_that_the_fault_did_not_close_has_not_to_come_back() -> None:
    assert finding(never_closed("event"), "watch-continues").outcome is Outcome.HELD
    assert "stayed silent" in finding(never_closed("closed"), "watch-continues").cause


def test_an_event_on_its_way_while_the_fault_strikes_does_not_make_a_watch_continue() -> None:
    def closes(event: Event) -> bool:
        return event.kind is Kind.WATCH and event.data["state"] == "closed"

    def comes_back(event: Event) -> bool:
        return event.kind is Kind.WATCH and (event.data["state"] == "resumed" or event.data.get("marker") == 7)

    late = {"watch": "configmaps", "state": "event", "version": "506", "marker": 6}
    told = inserted(without(PASSED, comes_back), closes, Kind.WATCH, **late)
    assert "stayed silent" in finding(told, "watch-continues").cause


def test_a_write_acknowledged_just_before_watching_ended_is_on_its_way_and_an_earlier_one_is_owed() -> None:
    def acknowledged(before_the_end: float) -> History:
        last = PASSED.events[-1]
        write = replace(last, kind=Kind.LEDGER, data={"stream": "marker", "n": 99})
        ended = {"watch": "configmaps", "state": "ended", "version": "507", "marker": None}
        end = replace(last, kind=Kind.WATCH, data=ended, mono=last.mono + before_the_end)
        return renumbered([*PASSED.events[:-1], write, end, replace(last, mono=end.mono + 60)])

    assert finding(acknowledged(1.5), "watch-continues").outcome is Outcome.HELD
    assert "silent about 99" in finding(acknowledged(2.5), "watch-continues").cause


def test_a_watch_is_not_silent_where_no_recovery_came_to_an_end() -> None:
    fault = PASSED.first(Kind.FAULT)
    assert fault is not None
    late = without(PASSED, lambda e: e.kind is Kind.WATCH and e.seq > fault.seq)
    assert "stayed silent" in finding(late, "watch-continues").cause
    broken_lab = without(late, lambda e: e.kind is Kind.RECOVERY)
    assert finding(broken_lab, "watch-continues").outcome is not Outcome.BROKEN
    ended = late.last(Kind.RECOVERY)
    assert ended is not None
    again = replace(ended, data={"state": "begin", "recovery": "a-second-one"})
    broken_in_the_second = renumbered([*late.events[:-1], again, late.events[-1]])
    assert finding(broken_in_the_second, "watch-continues").outcome is not Outcome.BROKEN


def test_a_watch_that_came_back_when_nobody_wrote_any_more_was_not_tested() -> None:
    def is_seventh(event: Event) -> bool:
        return event.data.get("n") == 7 or event.data.get("marker") == 7

    found = finding(without(PASSED, is_seventh), "watch-continues")
    assert found.outcome is Outcome.ERRORED
    said = "nothing was measured: no numbered write after the fault could reach the watch 'configmaps'"
    assert found.cause == said


@pytest.mark.parametrize(
    ("fidelity", "later", "said"),
    [
        ("container", (1.0, 11.0), "the watch 'configmaps' was silent about 90"),
        ("container", (1.0, 5.0, 11.5, 16.0), "the watch 'configmaps' was silent about 90 and 91"),
        ("container", (1.0, 10.9), ""),
        ("container", (11.0,), ""),
        ("vm-kvm", (1.0, 11.0), "the watch 'configmaps' was silent about 90"),
        ("vm-emulated", (1.0, 60.9), ""),
        ("vm-emulated", (1.0, 61.0), "the watch 'configmaps' was silent about 90"),
    ],
)
def test_a_watch_that_was_cut_once_more_has_to_come_back_while_the_api_takes_writes(
    fidelity: str, later: tuple[float, ...], said: str
) -> None:
    """What ends a watch is no cut: nobody waits for it any more. An emulated API has more time."""
    last = PASSED.events[-1]
    writes = [
        replace(last, kind=Kind.LEDGER, data={"stream": "marker", "n": 90 + number}, mono=last.mono + seconds)
        for number, seconds in enumerate(later)
    ]
    told = edited(PASSED, lambda event: event.kind is Kind.DRILL, fidelity=fidelity)
    cut = renumbered([*told.events[:-1], *writes, replace(last, mono=last.mono + 70)])
    assert finding(cut, "watch-continues").cause == said
    closes = [event.seq for event in cut.events if event.kind is Kind.WATCH and event.data["state"] == "closed"]
    ended = edited(cut, lambda event: event.seq == closes[-1], state="ended")
    assert finding(ended, "watch-continues").outcome is Outcome.HELD
