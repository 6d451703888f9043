"""Ways to spoil the checks of a control plane that others joined again."""

from __future__ import annotations

import json

from harness.facts import Moment
from harness.journal import Event, History, Kind
from tests.verdict import answers
from tests.verdict.edits import edited, inserted, is_fact
from tests.verdict.spoils import Break, Idle, other

_READY = ["kubectl", "get", "--raw", "/readyz"]


def _asks_readiness(event: Event) -> bool:
    return event.kind is Kind.COMMAND and event.data["argv"] == _READY


def _asked_too_early(history: History) -> History:
    command = {"node": answers.MASTER, "argv": ["kubectl", "delete", "node", answers.LOST], "status": 1}
    return inserted(history, _asks_readiness, Kind.COMMAND, **command)


def _never_ready(history: History) -> History:
    return edited(history, _asks_readiness, status=1)


def _alone(*members: tuple[str, str]) -> dict[str, object]:
    return {"header": {"cluster_id": 7}, "members": [answers.member(name, url) for name, url in members]}


_RIGHT = (answers.MASTER, "https://10.77.0.11:2380")
_GHOST = [answers.node(answers.MASTER, []), answers.nodes_of("before")[1]]
_UNREADY = answers.node(answers.LOST, [], ready=False)

_SILENT = {"status": 1, "stdout": "", "stderr": "context deadline exceeded"}
_OTHER = {"Endpoint": "https://127.0.0.1:2379", "Status": {"header": {"cluster_id": 8}, "leader": 1}}
_NOT_READY = [answers.pod("kube-system", "etcd-master1", ("Node", answers.MASTER), ready=False)]


def _answering_beside(history: History) -> History:
    return edited(
        history,
        lambda event: is_fact(event, "etcd-cluster", answers.LOST, Moment.ALONE),
        status=0,
        stdout=json.dumps([_OTHER]),
    )


def _nobody_answers(history: History) -> History:
    return edited(history, lambda event: is_fact(event, "etcd-cluster", answers.MASTER), **_SILENT)


BROKEN: list[Break] = [
    ("api-not-needed", _asked_too_early, ("kubectl delete node", "before the API was ready")),
    (
        "single-member",
        other("etcd-members", _alone(("default", "http://localhost:2380")), Moment.ALONE),
        ("'default'", "peer URL http://localhost:2380"),
    ),
    (
        "single-member",
        other("etcd-members", _alone(_RIGHT, ("master2", "https://10.77.0.12:2380")), Moment.ALONE),
        ("2 members", "master2"),
    ),
    ("single-member", other("pod-sandboxes", {"items": answers.sandboxes()[1:]}, Moment.ALONE), ("0 pods of etcd",)),
    ("ghosts-gone", other("nodes", _GHOST), ("'master2'", "ghost")),
    ("ghosts-gone", other("nodes", [answers.node(answers.MASTER, [])]), ("no machine has joined as 'master2'",)),
    ("ghosts-gone", other("nodes", [answers.node(answers.MASTER, []), _UNREADY]), ("'master2' is not Ready",)),
    ("certificates-uploaded", other("uploaded-certs", "bootstrap-token-abcdef"), ("bootstrap-token-abcdef",)),
    ("certificates-uploaded", other("uploaded-certs", ""), ("holds no certificates",)),
    ("one-cluster", _answering_beside, ("two clusters answer", "'master2' is of 8")),
    ("one-revision", other("pods", answers.pods()), ("still of the revision of before: etcd-master1",)),
    ("one-revision", other("pods", _NOT_READY), ("etcd-master1 is not running and ready",)),
]
VACUOUS: list[Idle] = [
    ("one-cluster", _nobody_answers),
    ("api-not-needed", _never_ready),
    ("ghosts-gone", other("nodes", [answers.node(answers.MASTER, [])], Moment.BEFORE)),
]
