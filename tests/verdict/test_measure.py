"""Gaps and losses are measured from lines that stand for themselves, at their very borders."""

from __future__ import annotations

import pytest

from harness.facts import WITNESS, Moment
from harness.facts.witness import API_LEDGER
from harness.journal import Event, History, Kind
from harness.verdict import judge
from harness.verdict.measure import Gap, Loss, acknowledged, first_write_back, gaps, loss, number, outage, read_back
from harness.verdict.timeline import (
    Span,
    began,
    ended,
    fault_end,
    fault_start,
    harness_seconds,
    phases,
    recovery_window_end,
    stopped,
    waited_seconds,
    waits,
)
from tests.verdict.telling import Story

Line = tuple[float, Kind, dict[str, object]]


def told(*lines: Line) -> History:
    story = Story()
    for mono, kind, data in lines:
        story.clock = mono
        story.write(kind, **data)
    return story.history()


def probe(mono: float, ok: object, last_ok: object = None) -> Line:
    return mono, Kind.PROBE, {"probe": "app", "ok": ok, "last_ok": last_ok}


def fault(start: float, end: float) -> tuple[Line, Line]:
    return (start, Kind.FAULT, {"state": "start"}), (end, Kind.FAULT, {"state": "end"})


def write(mono: float, n: object, stream: str = "api") -> Line:
    return mono, Kind.LEDGER, {"stream": stream, "n": n}


def reading(mono: float, seconds: object = 0.0) -> Line:
    told = {"fact": API_LEDGER.name, "subject": WITNESS, "moment": str(Moment.RECOVERED), "seconds": seconds}
    return mono, Kind.FACT, told


def lost(history: History, *kept: int) -> Loss | None:
    read = read_back(history, API_LEDGER, Moment.RECOVERED)
    assert read is not None
    return loss(history, "api", frozenset(kept), read)


def spans(history: History) -> list[tuple[float, float, bool]]:
    return [(gap.start, gap.end, gap.open) for gap in gaps(history, "app")]


def test_a_gap_goes_from_the_last_good_answer_to_the_next() -> None:
    one = told(probe(1, True), probe(3, False, 2.5), probe(4, False, 2.5), probe(6, True))
    assert gaps(one, "app") == [Gap(probe="app", start=2.5, end=6, noticed=3)]
    assert gaps(one, "app")[0].seconds == 3.5
    assert gaps(one, "another") == []


def test_a_good_answer_that_lies_in_the_future_or_was_not_written_down_begins_no_gap() -> None:
    assert spans(told(probe(3, False, 5.0), probe(6, True))) == [(3, 6, False)]
    assert spans(told(probe(3, False), probe(6, True))) == [(3, 6, False)]


def test_a_gap_that_never_ends_lasts_to_the_last_word_of_its_probe() -> None:
    assert spans(told(probe(3, False, 2.0), probe(7, False))) == [(2, 7, True)]
    assert spans(told(probe(3, False, 2.0))) == [(2, 3, True)]
    assert gaps(told(probe(3, False, 2.0), probe(7, None)), "app")[0].noticed == 3


def test_what_is_not_plainly_good_is_not_good() -> None:
    assert spans(told(probe(1, True), probe(2, "yes"), probe(3, 1), probe(4, True))) == [(2, 4, False)]


def test_two_gaps_are_two() -> None:
    twice = told(probe(1, False), probe(2, True), probe(3, True), probe(4, False), probe(6, True))
    assert spans(twice) == [(1, 2, False), (4, 6, False)]


@pytest.mark.parametrize(
    ("lines", "found"),
    [
        ([probe(1, True), *fault(2, 3), probe(4, False, 1.0), probe(6, True)], [(2, 6, False)]),
        ([probe(1, False), probe(2, True), *fault(2, 3)], []),
        ([probe(1, False), *fault(2, 3), probe(4, True)], [(2, 4, False)]),
        ([*fault(2, 3), probe(4, False)], [(4, 9, True)]),
        ([probe(4, False), probe(5, True)], []),
    ],
)
def test_the_outage_is_what_a_fault_has_of_the_gaps(lines: list[Line], found: list[tuple[float, float, bool]]) -> None:
    history = told(*lines, (9, Kind.END, {"outcome": "finished"}))
    assert [(gap.start, gap.end, gap.open) for gap in outage(history, "app")] == found


@pytest.mark.parametrize(
    ("before", "after", "found"),
    [
        # The reboot begins at 8.
        (probe(6, False), probe(8, True), [(6, 8, False)]),
        (probe(6, False), probe(9, True), [(6, 8, True)]),
        (probe(7, True), probe(8, False, 7.5), []),
        (probe(7, True), probe(7.9, False, 7.5), [(7.5, 8, True)]),
    ],
)
def test_the_outage_ends_with_the_deliberate_reboot(before: Line, after: Line, found: list[object]) -> None:
    reboot = (8.0, Kind.PHASE, {"name": "reboot", "state": "start"})
    lines = sorted([*fault(2, 3), before, after, reboot, (10.0, Kind.END, {})], key=lambda line: line[0])
    assert [(gap.start, gap.end, gap.open) for gap in outage(told(*lines), "app")] == found


def test_a_reboot_of_before_the_fault_ends_nothing() -> None:
    def reboot(mono: float) -> Line:
        return mono, Kind.PHASE, {"name": "reboot", "state": "start"}

    end = (10, Kind.END, {})
    assert recovery_window_end(told(reboot(1), *fault(2, 3), end)) == 10
    assert recovery_window_end(told(reboot(2), *fault(2, 3), end)) == 10
    assert recovery_window_end(told(reboot(1), *fault(2, 3), reboot(5), reboot(7), end)) == 5
    assert recovery_window_end(told(reboot(5), end)) == 10
    assert recovery_window_end(told(*fault(2, 3), (5, Kind.PHASE, {"name": "cleanup", "state": "start"}), end)) == 10
    assert recovery_window_end(told(*fault(2, 3), (5, Kind.PHASE, {"name": "reboot", "state": "end"}), end)) == 10


def test_a_loss_is_told_apart_by_the_moment_from_which_nothing_could_be_kept() -> None:
    history = told(write(1, 1), write(2, 2), *fault(3, 4), write(4, 3), write(5, 4), write(7, 5), reading(9))
    assert lost(history, 1) == Loss(stream="api", acknowledged=3, before=(2, 3), after=(4, 5), seconds=2)
    assert lost(history, 1, 2, 3, 4, 5) == Loss(stream="api", acknowledged=3, before=(), after=(), seconds=0)
    assert lost(history, 2, 3, 4, 5) == Loss(stream="api", acknowledged=3, before=(1,), after=(), seconds=2)
    assert lost(history, 1, 2, 4, 5) == Loss(stream="api", acknowledged=3, before=(3,), after=(), seconds=0)
    assert lost(history, 4, 5) == Loss(stream="api", acknowledged=3, before=(1, 2, 3), after=(), seconds=2)
    found = lost(history)
    assert found is not None
    assert found.lost == (1, 2, 3, 4, 5)


def test_until_the_control_plane_is_stopped_writes_go_to_data_that_are_about_to_be_replaced() -> None:
    seen = (6.0, Kind.FACT, {"fact": "pod-sandboxes", "subject": "master1", "moment": str(Moment.STOPPED)})
    history = told(write(1, 1), *fault(3, 4), write(5, 2), seen, write(7, 3), reading(9))
    assert lost(history, 1) == Loss(stream="api", acknowledged=2, before=(2,), after=(3,), seconds=0)
    assert lost(told(write(1, 1), (2, Kind.FAULT, {"state": "start"}), write(3, 2), reading(9)), 1) == Loss(
        stream="api", acknowledged=1, before=(), after=(2,), seconds=0
    )


def test_a_write_that_was_acknowledged_while_the_ledger_was_read_back_may_be_missing_in_it() -> None:
    assert lost(told(*fault(1, 2), write(7, 1), reading(9, 2.0))) == Loss(
        stream="api", acknowledged=0, before=(), after=(), seconds=0
    )
    late = lost(told(*fault(1, 2), write(6.9, 1), reading(9, 2.0)))
    assert late is not None
    assert late.after == (1,)
    untimed = lost(told(*fault(1, 2), write(8.9, 1), reading(9, None)))
    assert untimed is not None
    assert untimed.after == (1,)


def test_without_a_fault_there_is_no_loss_and_no_outage() -> None:
    calm = told(write(1, 1), probe(2, False), reading(9))
    assert lost(calm) is None
    assert outage(calm, "app") == []
    assert first_write_back(calm, frozenset({1})) is None


def test_the_first_write_back_is_later_than_the_end_of_the_fault_and_was_kept() -> None:
    history = told(write(1, 1), *fault(2, 3), write(3, 2), write(4, 3), write(5, 4), write(4.5, 9, "volume"))
    for kept, first in ((frozenset({1, 2, 3, 4, 9}), 4.0), (frozenset({2, 4}), 5.0)):
        back = first_write_back(history, kept)
        assert back is not None
        assert back.mono == first
    assert first_write_back(history, frozenset({1, 2})) is None


@pytest.mark.parametrize("odd", ["1", None, True, float("inf"), float("nan"), -1e15, 1e15, [1]])
def test_what_is_no_number_is_none(odd: object) -> None:
    (line,) = told(write(1, odd)).events
    assert number(line, "n") is None
    assert number(line, "colour") is None
    assert acknowledged(told(write(1, odd), write(2, 7)), "api") == [(7, told(write(1, odd), write(2, 7)).events[1])]


@pytest.mark.parametrize("value", [0, -3, 2.5, 999999999999999])
def test_a_number_is_a_float(value: float) -> None:
    (line,) = told(write(1, value)).events
    assert number(line, "n") == float(value)


def test_a_drill_begins_with_its_first_line_and_ends_with_its_latest() -> None:
    history = told(write(2, 1), write(5, 2), write(4, 3))
    assert (began(history), ended(history)) == (2, 5)
    assert (began(History(events=())), ended(History(events=()))) == (0, 0)


def test_the_fault_lasts_from_its_first_start_to_its_last_end() -> None:
    twice = told(*fault(2, 3), *fault(5, 6))
    start, end = fault_start(twice), fault_end(twice)
    assert start is not None
    assert end is not None
    assert (start.mono, end.mono) == (2, 6)
    assert stopped(twice) is None


def step(mono: float, name: str, state: str) -> Line:
    return mono, Kind.PHASE, {"name": name, "state": state}


def wait(mono: float, number: int, state: str, on: str = "it") -> Line:
    return mono, Kind.WAIT, {"id": number, "on": on, "state": state}


def brief(found: tuple[Span, ...]) -> list[tuple[str, float, float, bool]]:
    return [(span.name, span.start, span.end, span.open) for span in found]


def test_phases_stand_in_the_order_of_their_start_the_longer_first() -> None:
    history = told(step(1, "b", "start"), step(1, "a", "start"), step(2, "b", "end"), step(3, "a", "end"))
    assert brief(phases(history)) == [("a", 1, 3, False), ("b", 1, 2, False)]
    assert [span.seconds for span in phases(history)] == [2, 1]


def test_what_was_never_ended_is_open_to_the_end_and_what_never_began_is_none() -> None:
    history = told(step(1, "a", "start"), step(2, "b", "end"), (5, Kind.END, {}))
    assert brief(phases(history)) == [("a", 1, 5, True)]


def test_waits_are_told_apart_by_their_number() -> None:
    history = told(wait(1, 1, "start", "x"), wait(2, 2, "start", "y"), wait(3, 1, "end"), wait(5, 2, "end"))
    assert brief(waits(history)) == [("x", 1, 3, False), ("y", 2, 5, False)]


def command(mono: float, seconds: object) -> Line:
    return mono, Kind.COMMAND, {"seconds": seconds}


@pytest.mark.parametrize(
    ("lines", "waited"),
    [
        ([wait(1, 1, "start"), wait(3, 1, "end")], 2),
        ([wait(1, 1, "start"), wait(2, 2, "start"), wait(3, 1, "end"), wait(5, 2, "end")], 4),
        ([wait(1, 1, "start"), wait(2, 2, "start"), wait(3, 2, "end"), wait(5, 1, "end")], 4),
        ([wait(1, 1, "start"), wait(2, 1, "end"), wait(4, 2, "start"), wait(5, 2, "end")], 2),
        ([command(3, 2)], 2),
        ([command(3, 0.5)], 0.5),
        ([(3, Kind.FACT, {"seconds": 1})], 1),
        ([command(3, 9)], 3),
        *(([command(3, odd)], 0) for odd in (0, -1, 1e9, True, "2", None, float("inf"), float("nan"))),
    ],
)
def test_what_was_waited_for_at_the_same_time_counts_once(lines: list[Line], waited: float) -> None:
    history = told((0, Kind.NOTE, {}), *lines, (10, Kind.END, {}))
    assert waited_seconds(history) == waited
    assert harness_seconds(history) == 10 - waited


def test_the_harness_took_no_less_than_no_time() -> None:
    assert harness_seconds(told(wait(1, 1, "start"), wait(3, 1, "end"))) == 0


def _of(event: Event | None) -> float | None:
    return None if event is None else event.mono


def test_a_ledger_is_as_it_was_read_back_last() -> None:
    assert _of(read_back(told(reading(4), reading(6)), API_LEDGER, Moment.RECOVERED)) == 6
    assert read_back(told(reading(4)), API_LEDGER, Moment.REBOOTED) is None


def test_the_control_plane_is_stopped_when_the_last_of_it_was_seen_stopped() -> None:
    def seen(mono: float) -> Line:
        return mono, Kind.FACT, {"fact": "pod-sandboxes", "subject": "m", "moment": str(Moment.STOPPED)}

    assert _of(stopped(told(seen(4), seen(6)))) == 6


def test_times_of_phases_are_told_to_the_millisecond() -> None:
    history = told((0, Kind.NOTE, {}), step(1.00049, "a", "start"), step(3.33333, "a", "end"))
    assert [(one.start, one.seconds) for one in judge(history).phases] == [(1.0, 2.333)]


def test_a_phase_that_a_wait_only_touches_waited_for_something_else_or_nothing() -> None:
    history = told(
        wait(1, 1, "start", "what came before"),
        step(2, "a", "start"),
        wait(2, 1, "end"),
        wait(3, 2, "start", "what came after"),
        step(3, "a", "end"),
        wait(4, 2, "end"),
    )
    assert [one.waiting_on for one in judge(history).phases] == [""]
