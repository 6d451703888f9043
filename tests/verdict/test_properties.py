"""What must be true of the judge whatever the journal looks like."""

from __future__ import annotations

import contextlib
import json

from hypothesis import given, settings
from hypothesis import strategies as st

from harness.errors import JournalError
from harness.journal import Event, History, Kind, parse_journal
from harness.report.document import document, to_bytes
from harness.report.junit import junit
from harness.report.page import page
from harness.verdict import Outcome, Word, judge
from tests.verdict import story
from tests.verdict.edits import edited, renumbered
from tests.verdict.telling import Story

PASSED = story.passed()
TEXT = "".join(event.to_line() + "\n" for event in PASSED.events)
RAW = TEXT.encode()
# What a required check of the passed drill rests on, diagnosis and all.
DECISIVE = sorted(
    {seq for one in judge(PASSED).findings for seq in one.evidence if PASSED.events[seq].kind is Kind.FACT}
)
JUNK = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=6,
)


def reports(history: History) -> tuple[bytes, bytes, bytes]:
    verdict = judge(history)
    return to_bytes(document(verdict)), junit(verdict), page(verdict, history, {})


@given(st.integers(min_value=0, max_value=len(RAW) - 1))
@settings(max_examples=60, deadline=None)
def test_a_journal_cut_at_any_byte_is_judged_and_never_passed(length: int) -> None:
    history = parse_journal(RAW[:length].decode(errors="replace"))
    assert judge(history).word is not Word.PASSED
    assert all(reports(history))


@given(st.sampled_from(DECISIVE))
@settings(max_examples=60, deadline=None)
def test_without_a_fact_that_a_check_rests_on_a_drill_is_never_passed(seq: int) -> None:
    history = renumbered([event for event in PASSED.events if event.seq != seq])
    assert judge(history).word is not Word.PASSED


@given(st.sets(st.integers(min_value=0, max_value=len(PASSED.events) - 1), min_size=1, max_size=40))
@settings(max_examples=60, deadline=None)
def test_any_lines_may_be_missing_without_a_crash(missing: set[int]) -> None:
    history = renumbered([event for event in PASSED.events if event.seq not in missing])
    assert all(reports(history))


@given(st.integers(min_value=0, max_value=len(PASSED.events) - 1), st.data())
@settings(max_examples=150, deadline=None)
def test_a_line_with_any_nonsense_in_it_is_judged_and_reported(seq: int, data: st.DataObject) -> None:
    fields = sorted(PASSED.events[seq].data) or ["name"]
    junk = {data.draw(st.sampled_from(fields)): data.draw(JUNK) for _ in range(2)}

    def hit(event: Event) -> bool:
        return event.seq == seq

    assert all(reports(edited(PASSED, hit, **junk)))


@given(
    st.lists(
        st.tuples(st.sampled_from(list(Kind)), st.dictionaries(st.text(max_size=6), JUNK, max_size=4)), max_size=12
    )
)
@settings(max_examples=60, deadline=None)
def test_a_journal_of_nonsense_is_judged_and_never_passed(lines: list[tuple[Kind, dict[str, object]]]) -> None:
    telling = Story()
    for kind, fields in lines:
        telling.write(kind, **{f"x{key}": value for key, value in fields.items()})
    assert judge(telling.history()).word is Word.ERRORED
    assert all(reports(telling.history()))


@given(st.text(max_size=200))
@settings(max_examples=60, deadline=None)
def test_any_text_is_a_journal_or_a_journal_error(text: str) -> None:
    with contextlib.suppress(JournalError):
        judge(parse_journal(text))


def test_judging_twice_gives_the_same_bytes() -> None:
    again = parse_journal(TEXT)
    assert reports(PASSED) == reports(again)


def test_a_held_finding_never_speaks_of_a_cause_and_a_broken_one_always_does() -> None:
    for one in judge(PASSED).findings:
        assert (one.cause == "") is (one.outcome is Outcome.HELD)


def test_an_event_survives_being_written_and_read() -> None:
    assert json.loads(TEXT.splitlines()[0])["kind"] == "drill"
    assert parse_journal(TEXT).events == tuple(Event.from_line(line) for line in TEXT.splitlines())
