"""The members of etcd hold the same keys."""

from __future__ import annotations

from harness.facts import Moment
from harness.journal import History, Kind
from harness.verdict import Outcome
from tests.verdict.edits import answering, edited, is_fact
from tests.verdict.findings import PASSED, finding


def test_members_with_unequal_hashes_break_and_with_unequal_revisions_cannot_be_compared() -> None:
    lines = [
        {**line, "params": {**line["params"], "members": 2}} if line["check"] == "etcd-health" else line
        for line in PASSED.events[1].data["checks"]
    ]
    planned = edited(PASSED, lambda e: e.kind is Kind.PLAN, checks=lines)

    def two(history: History, hashes: tuple[int, int], revisions: tuple[int, int]) -> History:
        status = [{"Endpoint": f"https://{n}", "Status": {"header": {}, "leader": 7}} for n in (1, 2)]
        hashkv = [
            {"Endpoint": f"https://{n}", "HashKV": {"header": {}, "hash": value, "hash_revision": revision}}
            for n, (value, revision) in enumerate(zip(hashes, revisions, strict=True))
        ]
        history = edited(history, lambda e: is_fact(e, "etcd-status"), fact="etcd-status-cluster")
        history = edited(history, lambda e: is_fact(e, "etcd-hash"), fact="etcd-hash-cluster")
        history = answering(history, "etcd-status-cluster", Moment.RECOVERED, status)
        return answering(history, "etcd-hash-cluster", Moment.RECOVERED, hashkv)

    assert finding(two(planned, (5, 5), (9, 9)), "etcd-health").outcome is Outcome.HELD
    assert finding(two(PASSED, (5, 5), (9, 9)), "etcd-health").outcome is Outcome.HELD
    assert "different keys" in finding(two(planned, (5, 6), (9, 9)), "etcd-health").cause
    assert finding(two(planned, (5, 6), (8, 9)), "etcd-health").outcome is Outcome.ERRORED
