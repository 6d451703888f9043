"""A certificate is good up to and with its last second, and of several the first to expire is told."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from harness.facts import Moment
from harness.journal import History
from harness.verdict import Outcome
from tests.verdict import papers
from tests.verdict.edits import answering, is_fact, planned_as, renumbered
from tests.verdict.findings import PASSED, finding
from tests.verdict.telling import BEGAN

EXPIRE = BEGAN + timedelta(seconds=30)
MOMENT_LATER = EXPIRE + timedelta(milliseconds=1)


def asked_at(time: datetime, fact: str, moment: str) -> History:
    return renumbered(
        [replace(event, at=time) if is_fact(event, fact, moment=moment) else event for event in PASSED.events]
    )


@pytest.mark.parametrize(("time", "outcome"), [(EXPIRE, Outcome.ERRORED), (MOMENT_LATER, Outcome.HELD)])
def test_nobody_may_blame_a_certificate_that_is_good_for_this_second_still(time: datetime, outcome: Outcome) -> None:
    diagnosed = finding(asked_at(time, "certificates", Moment.DIAGNOSED), "expiry-diagnosed")
    assert diagnosed.outcome is outcome
    assert "had not expired when put back" in diagnosed.cause or outcome is Outcome.HELD
    rejoined = finding(asked_at(time, "kubelet-certificate", Moment.RECOVERED), "worker-rejoined")
    assert rejoined.outcome is outcome
    assert "has not expired" in rejoined.cause or outcome is Outcome.HELD


def test_leaves_have_expired_since_the_first_of_them_did() -> None:
    first = EXPIRE - timedelta(seconds=10)
    signed = {**papers.EXPIRING, "etcd/peer": papers.leaf("etcd/peer", first)}
    found = finding(answering(PASSED, "certificates", Moment.DIAGNOSED, papers.told(signed)), "expiry-diagnosed")
    assert found.saw.endswith(f"all 7 leaves are signed, and expired from {first:%F %T} UTC on")


def test_certificates_of_which_none_is_made_anew_are_all_as_before() -> None:
    same = answering(PASSED, "certificates", Moment.RECOVERED, papers.told(papers.EXPIRING))
    assert finding(planned_as(same, "certificates", remade=[]), "certificates").saw == "10 certificates as before"
