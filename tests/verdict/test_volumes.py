"""Volumes that do not go back with the API are held against the writes between the snapshot and the fault."""

from __future__ import annotations

from dataclasses import replace

import pytest

from harness.facts import Moment
from harness.journal import Event, Kind
from harness.verdict import Outcome
from tests.verdict.answers import MASTER
from tests.verdict.edits import answering, is_fact, renumbered
from tests.verdict.findings import PASSED, finding

SNAPSHOT = next(event.mono for event in PASSED.events if is_fact(event, "snapshot-status", MASTER, Moment.BEFORE))
FAULT = next(event.mono for event in PASSED.events if event.kind is Kind.FAULT)


def is_sixth(event: Event) -> bool:
    return event.kind is Kind.LEDGER and event.data["n"] == 6


@pytest.mark.parametrize(
    ("mono", "outcome"),
    [
        (SNAPSHOT, Outcome.ERRORED),
        (SNAPSHOT + 0.01, Outcome.HELD),
        (FAULT - 0.01, Outcome.HELD),
        (FAULT, Outcome.ERRORED),
    ],
)
def test_only_what_was_written_between_the_snapshot_and_the_fault_counts(mono: float, outcome: Outcome) -> None:
    moved = renumbered([replace(one, mono=mono) if is_sixth(one) else one for one in PASSED.events])
    assert finding(moved, "volumes-ahead").outcome is outcome


def test_what_is_gone_from_the_api_of_the_same_time_is_told() -> None:
    said = "volumes did not go back: all of 1 write since the snapshot are on the volume"
    assert finding(PASSED, "volumes-ahead").saw == f"{said}, 0 of 1 of the same time are gone from the API"
    gone = answering(PASSED, "api-ledger", Moment.RECOVERED, [1, 2, 3, 4, 5, 7])
    assert finding(gone, "volumes-ahead").saw == f"{said}, 1 of 1 of the same time are gone from the API"


def test_a_snapshot_that_could_not_be_read_shows_nothing() -> None:
    unread = answering(PASSED, "snapshot-status", Moment.BEFORE, "", status=1, stderr="no such file")
    found = finding(unread, "volumes-ahead")
    assert found.outcome is Outcome.ERRORED
    assert "'snapshot-status' of 'master1' at 'before' gives no answer" in found.cause
