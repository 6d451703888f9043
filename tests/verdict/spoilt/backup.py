"""Stories that break or starve the checks of the backup."""

from __future__ import annotations

from harness.facts import Moment
from harness.journal import Event, History, Kind
from tests.verdict import answers
from tests.verdict.edits import edited, without
from tests.verdict.questions import FILES
from tests.verdict.spoils import Break, Idle, other

_EMPTY = {"hash": 1, "revision": 1, "totalKey": 0, "totalSize": 16384, "version": "3.6.0"}


def _is_refusal(event: Event) -> bool:
    return event.kind is Kind.RECOVERY and event.data["state"] == "refused"


def accepting(history: History) -> History:
    return edited(history, _is_refusal, state="failed", cause="it accepted the bad backup 'truncated'")


def blank(history: History) -> History:
    """The same, planned for a machine that is as freshly installed."""
    (plan,) = history.of(Kind.PLAN)
    checks = [
        {**line, "params": {**line["params"], "blank": True}} if line["check"] == "bad-backups-refused" else line
        for line in plan.data["checks"]
    ]
    return edited(history, lambda event: event.kind is Kind.PLAN, checks=checks)


BROKEN: list[Break] = [
    (
        "snapshot-verified",
        other("snapshot-digest", f"{'cd' * 32}  /run/kubedrill-snapshot.db\n", Moment.BEFORE),
        ("has the digest abababababababab…, and had cdcdcdcdcdcdcdcd… when it was taken",),
    ),
    ("snapshot-verified", other("backup-files", [], Moment.BEFORE), ("the vault holds no 'pki.tar'",)),
    ("snapshot-verified", other("snapshot-status", _EMPTY, Moment.BEFORE), ("holds no key",)),
    (
        "bad-backups-refused",
        other("control-plane-files", f"{FILES}/var/lib/etcd/restored 12 3.5\n", "truncated"),
        ("'truncated' was refused only when /var/lib/etcd/restored had been touched",),
    ),
    (
        "bad-backups-refused",
        other("pod-sandboxes", {"items": answers.sandboxes()[1:]}, "truncated"),
        ("only when etcd-master1 had been touched",),
    ),
    (
        "bad-backups-refused",
        lambda h: other("pod-sandboxes", {"items": []}, Moment.OFFERED)(blank(h)),
        ("'truncated' was refused only when", "etcd-master1"),
    ),
    ("bad-backups-refused", accepting, ("the backup 'truncated' was accepted",)),
]
VACUOUS: list[Idle] = [
    ("bad-backups-refused", blank),
    ("bad-backups-refused", lambda h: without(h, _is_refusal)),
    ("bad-backups-refused", other("pod-sandboxes", {"items": answers.sandboxes()[1:]}, Moment.OFFERED)),
]
