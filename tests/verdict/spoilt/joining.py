"""Stories that break or starve the checks of tokens."""

from __future__ import annotations

from harness.facts import Moment
from harness.journal import History
from tests.verdict import answers
from tests.verdict.edits import edited, is_fact
from tests.verdict.spoils import Break, Idle, other

_LIVES = {"good": True, "short": True}


def pinning_another_hash(history: History) -> History:
    argv = ["kubeadm", "join", "--discovery-token-ca-cert-hash", answers.OTHER_HASH]
    return edited(history, lambda event: is_fact(event, "join-new-token"), argv=argv)


BROKEN: list[Break] = [
    (
        "expired-token-refused",
        other("join-expired-token", "This node has joined the cluster:\n", status=0, stderr=""),
        ("should have expired", "let 'spare1' in"),
    ),
    ("expired-token-refused", other("signed-tokens", _LIVES), ("should have expired", "signed still")),
    (
        "new-token-joins",
        other("join-new-token", "", status=1, stderr="error: timed out"),
        ("refused with a new token", "timed out"),
    ),
    ("new-token-joins", pinning_another_hash, ("does not pin the hash of before",)),
    (
        "new-token-joins",
        other("spare-node", answers.node("spare1", [], ready=False), Moment.REJOINED),
        ("is no Ready Node",),
    ),
]
VACUOUS: list[Idle] = [
    ("expired-token-refused", other("signed-tokens", {"good": True, "short": False}, Moment.BEFORE)),
    ("expired-token-refused", other("signed-tokens", {"good": False, "short": False})),
    ("new-token-joins", other("spare-node", answers.node("spare1", []), Moment.REJOINED)),
]
