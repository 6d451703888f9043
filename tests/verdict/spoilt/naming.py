"""Stories that break or starve the checks of a control plane's name."""

from __future__ import annotations

from typing import Any

from harness.facts import Moment
from tests.verdict import papers
from tests.verdict.answers import MASTER, NEW_ADDRESS, OLD_NAME, member, node, objects, pod, volume
from tests.verdict.spoils import Break, Idle, other

_BOTH = [node(OLD_NAME, []), node(MASTER, [])]
_OLD_PAPERS = papers.told({**papers.RENEWED, "etcd/peer": papers.EXPIRING["etcd/peer"]})
_BOUND = {**pod("kube-system", "coredns-66bc5c9577-abcde", None), "spec": {"nodeName": OLD_NAME}}


def _in_a_zone(name: str) -> dict[str, Any]:
    told = volume(MASTER)
    (term,) = told["content"]["spec"]["nodeAffinity"]["required"]["nodeSelectorTerms"]
    term["matchExpressions"] = [{"key": "topology.kubernetes.io/zone", "operator": "In", "values": [name]}]
    return told


BROKEN: list[Break] = [
    (
        "ghost-diagnosed",
        other("nodes", _BOTH, Moment.RENAMED),
        (f"no machine is the Node '{OLD_NAME}': it is called Ready still, 0 pods and 1 volume bound to it",),
    ),
    (
        "ghost-diagnosed",
        other("nodes", [node(OLD_NAME, [], ready=False), node(MASTER, [])], Moment.RENAMED),
        ("it is called not Ready",),
    ),
    (
        "name-moved",
        other("objects", [*objects(), volume(OLD_NAME)]),
        (f"the volume 'bound' tells '{OLD_NAME}', and not '{MASTER}' alone",),
    ),
    ("name-moved", other("objects", objects()), ("the volume 'bound' tells nothing",)),
    (
        "name-moved",
        other("kubelet-user", f"user: system:node:{OLD_NAME}\n"),
        (f"kubelet.conf tells '{OLD_NAME}', and not '{MASTER}' alone",),
    ),
    ("name-moved", other("nodes", _BOTH), (f"no machine is the Node '{OLD_NAME}', which is there still",)),
    ("name-moved", other("nodes", [node(MASTER, [], ready=False)]), (f"the Node '{MASTER}' is not Ready",)),
    (
        "name-moved",
        other("nodes", [node("master9", [])]),
        ("the list of Nodes tells 'master9', and not",),
    ),
    (
        "name-moved",
        other("certificates", _OLD_PAPERS),
        (f"etcd/peer.crt tells '{OLD_NAME}', and not '{MASTER}' alone",),
    ),
    (
        "name-moved",
        other("etcd-members", {"header": {}, "members": [member("default", f"https://{NEW_ADDRESS}:2380")]}),
        ("etcd's list of members tells 'default'",),
    ),
    ("name-moved", other("pods", [_BOUND]), (f"bound to '{OLD_NAME}' for good: kube-system/coredns",)),
]
BROKEN += [
    # A label of another key that is called like the new Node names no Node.
    ("name-moved", other("objects", [*objects(), _in_a_zone(MASTER)]), ("the volume 'bound' tells nothing",)),
]
VACUOUS: list[Idle] = [
    ("ghost-diagnosed", other("nodes", [node(OLD_NAME, [])], Moment.RENAMED)),
    ("name-moved", other("nodes", [node(MASTER, [])], Moment.BEFORE)),
    ("name-moved", other("certificates", papers.told(papers.RENEWED), Moment.BEFORE)),
    ("name-moved", other("objects", objects(), Moment.BEFORE)),
]
