"""Which lines of a watch count, and for what."""

from __future__ import annotations

from dataclasses import replace

import pytest

from harness.journal import Event, History, Kind
from harness.verdict import Outcome
from tests.verdict.edits import edited, inserted, planned_as, renumbered, without
from tests.verdict.findings import PASSED, finding
from tests.verdict.spoils import watch_missing

SAW = "'configmaps' delivered all of 6 acknowledged writes, 1 of them since the fault"


def is_watch(event: Event, state: str, marker: int | None = None) -> bool:
    return event.kind is Kind.WATCH and (event.data["state"], event.data["marker"]) == (state, marker)


def is_fault(event: Event) -> bool:
    return event.kind is Kind.FAULT


def line(state: str, marker: int | None = None, watch: str = "configmaps") -> dict[str, object]:
    return {"watch": watch, "state": state, "version": "507", "marker": marker}


def of_watch(history: History) -> list[tuple[str, int | None]]:
    """The lines of watches and writes that are the evidence, each by its state and its number."""
    events = [history.events[seq] for seq in finding(history, "watch-continues").evidence]
    return [
        (one.data.get("state", "written"), one.data.get("marker", one.data.get("n")))
        for one in events
        if one.kind in (Kind.WATCH, Kind.LEDGER)
    ]


def test_only_the_watches_that_are_named_are_looked_at_and_else_all() -> None:
    deaf = inserted(PASSED, is_fault, Kind.WATCH, **line("opened", watch="secrets"))
    assert "the watch 'secrets' saw no numbered write" in finding(deaf, "watch-continues").cause
    named = planned_as(deaf, "watch-continues", watches=["configmaps"])
    assert finding(named, "watch-continues").saw == finding(PASSED, "watch-continues").saw == SAW
    unknown = planned_as(PASSED, "watch-continues", watches=["secrets"])
    assert "the watch 'secrets' saw no numbered write" in finding(unknown, "watch-continues").cause


def test_each_of_two_watches_is_told() -> None:
    twins = [
        one for event in PASSED.events for one in ((event, _twin(event)) if event.kind is Kind.WATCH else (event,))
    ]
    saw = finding(renumbered(twins), "watch-continues").saw
    assert saw == f"{SAW}; {SAW.replace('configmaps', 'secrets')}"


def _twin(event: Event) -> Event:
    return replace(event, data={**event.data, "watch": "secrets"})


def test_what_a_watch_was_told_to_list_before_the_fault_is_not_told() -> None:
    early = inserted(PASSED, is_fault, Kind.WATCH, **line("relist"))
    assert finding(early, "watch-continues").saw == SAW
    late = inserted(early, lambda event: is_watch(event, "resumed"), Kind.WATCH, **line("relist"))
    assert finding(late, "watch-continues").saw == f"{SAW}, told 1 time to list anew"


def test_a_watch_shows_what_it_had_before_where_it_came_back_and_the_first_that_it_missed() -> None:
    assert of_watch(PASSED) == [("event", 6), ("resumed", None)]
    assert of_watch(watch_missing(4)(watch_missing(3)(PASSED))) == [
        ("written", 3),
        ("event", 6),
        ("resumed", None),
    ]


def test_a_watch_that_is_told_to_list_has_nothing_to_wait_for() -> None:
    """A list tells the state, so that it stands for what nobody wrote any more."""
    quiet = without(PASSED, lambda event: event.data.get("n") == 7 or event.data.get("marker") == 7)
    listed = edited(quiet, lambda event: is_watch(event, "resumed"), state="relist")
    assert finding(listed, "watch-continues").saw.startswith(
        "'configmaps' delivered all of 5 acknowledged writes, 0 of them since the fault, told 1 time"
    )
    both = inserted(quiet, lambda event: is_watch(event, "resumed"), Kind.WATCH, **line("relist"))
    assert finding(both, "watch-continues").outcome is Outcome.HELD


def test_an_old_number_that_a_watch_tells_again_shows_nothing_where_nobody_wrote() -> None:
    def again(event: Event) -> bool:
        late = event.data.get("n") == 7 or event.data.get("marker") == 7
        return late or (event.kind is Kind.WATCH and event.data["state"] in ("closed", "resumed"))

    told = inserted(without(PASSED, again), _begins_judgement, Kind.WATCH, **line("event", 6))
    assert "no numbered write after the fault could reach" in finding(told, "watch-continues").cause


def _begins_judgement(event: Event) -> bool:
    return event.kind is Kind.PHASE and event.data == {"name": "judgement", "state": "start"}


def test_between_two_recoveries_nothing_has_continued_yet() -> None:
    def again(event: Event) -> bool:
        return event.kind is Kind.WATCH and (event.data["state"] in ("closed", "resumed") or event.data["marker"] == 7)

    between = inserted(without(PASSED, again), _begins_judgement, Kind.WATCH, **line("event", 7))
    assert finding(between, "watch-continues").saw == SAW
    for state in ("start", "end"):
        between = inserted(between, _begins_judgement, Kind.RECOVERY, recovery="Second", node="m", state=state)
    assert "stayed silent" in finding(between, "watch-continues").cause


@pytest.mark.parametrize("state", ["end", "failed"])
def test_once_a_recovery_ended_well_or_badly_a_watch_has_to_be_back(state: str) -> None:
    fault = next(event.seq for event in PASSED.events if is_fault(event))
    silent = without(PASSED, lambda event: event.kind is Kind.WATCH and event.seq > fault)
    ended = edited(silent, lambda e: e.kind is Kind.RECOVERY and e.data["state"] == "end", state=state)
    assert "stayed silent" in finding(ended, "watch-continues").cause


def test_a_number_counts_from_wherever_a_watch_says_that_it_is_open() -> None:
    back = edited(without(PASSED, lambda e: is_watch(e, "event", 7)), lambda e: is_watch(e, "resumed"), marker=7)
    assert finding(back, "watch-continues").saw == SAW
    listed = edited(back, lambda event: is_watch(event, "resumed", 7), state="relist")
    assert finding(listed, "watch-continues").saw == f"{SAW}, told 1 time to list anew"
    first = edited(without(PASSED, lambda e: is_watch(e, "opened")), lambda e: is_watch(e, "event", 1), state="opened")
    assert finding(first, "watch-continues").saw == SAW
    over = edited(PASSED, lambda event: is_watch(event, "event", 4), state="closed")
    assert "silent about 4" in finding(over, "watch-continues").cause


@pytest.mark.parametrize(("before_the_end", "outcome"), [(2.0, Outcome.HELD), (2.01, Outcome.BROKEN)])
def test_a_write_is_on_its_way_for_two_seconds(before_the_end: float, outcome: Outcome) -> None:
    last = PASSED.events[-1]
    write = replace(last, kind=Kind.LEDGER, data={"stream": "marker", "n": 99}, mono=2000.0)
    end = replace(last, kind=Kind.WATCH, data=line("ended"), mono=2000.0 + before_the_end)
    told = renumbered([*PASSED.events[:-1], write, end, replace(last, mono=2060.0)])
    assert finding(told, "watch-continues").outcome is outcome


def test_what_was_delivered_before_a_list_counts_as_delivered() -> None:
    listed = edited(PASSED, lambda event: is_watch(event, "resumed"), state="relist")
    assert finding(listed, "watch-continues").saw == f"{SAW}, told 1 time to list anew"


def test_a_list_makes_up_for_what_a_watch_had_not_got_to_and_for_nothing_before() -> None:
    def listed(missing: int) -> History:
        return edited(watch_missing(missing)(PASSED), lambda event: is_watch(event, "resumed"), state="relist")

    assert finding(listed(6), "watch-continues").saw.startswith("'configmaps' delivered all of 5 acknowledged writes")
    assert finding(watch_missing(6)(PASSED), "watch-continues").cause == "the watch 'configmaps' was silent about 6"
    assert finding(listed(4), "watch-continues").cause == "the watch 'configmaps' was silent about 4"


def test_a_watch_that_saw_no_number_or_owes_none_was_not_tested() -> None:
    def is_early(event: Event) -> bool:
        return event.kind is Kind.WATCH and (event.data["marker"] or 7) < 7

    late = inserted(without(PASSED, is_early), _begins_judgement, Kind.LEDGER, stream="marker", n=8)
    idle = without(PASSED, lambda event: event.kind is Kind.LEDGER and event.data["n"] > 1)
    for history in (late, idle):
        said = "nothing was measured: the watch 'configmaps' saw no numbered write before the fault"
        assert finding(history, "watch-continues").cause == said


def test_a_watch_that_was_closed_has_to_say_that_it_is_open_again() -> None:
    def again(event: Event) -> bool:
        return is_watch(event, "resumed") or is_watch(event, "event", 7)

    told = inserted(without(PASSED, again), _begins_judgement, Kind.WATCH, **line("event", 7))
    assert "stayed silent" in finding(told, "watch-continues").cause


def test_what_was_on_its_way_when_a_watch_was_cut_for_good_is_not_owed() -> None:
    last = PASSED.events[-1]
    closed = [event for event in PASSED.events if is_watch(event, "closed")][-1]
    cut = inserted(PASSED, lambda event: event.seq == closed.seq, Kind.LEDGER, stream="marker", n=89)
    late = replace(last, kind=Kind.LEDGER, data={"stream": "marker", "n": 90}, mono=last.mono + 30)
    told = renumbered([*cut.events[:-1], late, replace(last, mono=last.mono + 60)])
    assert finding(told, "watch-continues").outcome is Outcome.HELD
