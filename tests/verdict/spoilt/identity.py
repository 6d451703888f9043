"""Stories that break or starve the checks of identity."""

from __future__ import annotations

from harness.facts import Moment
from tests.verdict import answers
from tests.verdict.answers import SPARE
from tests.verdict.spoils import Break, Idle, other

OBJECTS = answers.objects()
BROKEN: list[Break] = [
    (
        "join-hash",
        other("ca-cert", answers.OTHER_CA),
        ("was sha256:09cf08a8", "in ca.crt", "unchanged in cluster-info"),
    ),
    ("join-hash", other("cluster-info", answers.cluster_info(answers.OTHER_CA)), ("in cluster-info",)),
    ("join-hash", other("join-command", answers.join_command(answers.OTHER_HASH)), ("in the join command",)),
    ("old-join", other("join", "", status=1, stderr="error: token expired"), ("'spare1' was refused", "token expired")),
    ("old-join", other("spare-node", answers.node(SPARE, [], ready=False)), ("'spare1'", "not Ready")),
    ("old-join", other("spare-node", "", status=404), ("no such Node",)),
    ("old-join", other("objects", [{**OBJECTS[0], "uid": "u-2"}, *OBJECTS[1:]]), ("another cluster", "u-2")),
    ("wrong-hash-refused", other("join-wrong-hash", "joined", status=0), ("although", "wrong hash")),
    (
        "old-tokens",
        lambda h: other("old-token", "401")(other("sa-pub", answers.OTHER_SA)(h)),
        ("401", "sa.key of 'master1' is another"),
    ),
]
VACUOUS: list[Idle] = [
    ("wrong-hash-refused", other("join-wrong-hash", "", status=1, stderr="error: i/o timeout")),
    ("old-tokens", other("old-token", "503")),
    ("join-hash", other("ca-cert", answers.OTHER_CA, Moment.BEFORE)),
]
