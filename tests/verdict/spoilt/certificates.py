"""Stories that break or starve the checks of certificates."""

from __future__ import annotations

from harness.facts import Moment
from tests.verdict import answers, papers
from tests.verdict.spoils import Break, Idle, other

_DIAGNOSED, _BEFORE = Moment.DIAGNOSED, Moment.BEFORE
_ANOTHER_CA = {**papers.AUTHORITY, "etcd/ca": papers.OTHER_AUTHORITY["etcd/ca"]}
_FEWER = {name: pem for name, pem in papers.RENEWED.items() if name != "etcd/peer"}
_LOST = [answers.node(answers.MASTER, [], ready=False)]
_OTHER_NODE = [{**one, "metadata": {**one["metadata"], "uid": "u-new"}} for one in [answers.node(answers.MASTER, [])]]
BROKEN: list[Break] = [
    ("certificates", other("certificates", papers.told(papers.EXPIRING)), ("'apiserver'", "not made anew")),
    (
        "certificates",
        other("certificates", papers.told(papers.RENEWED, _ANOTHER_CA)),
        ("'etcd/ca' made anew, although the backup has held it",),
    ),
    (
        "certificates",
        other("certificates", papers.told(papers.UNSIGNED_ANEW)),
        ("'apiserver' not signed by the authority of before",),
    ),
    ("certificates", other("certificates", papers.told(_FEWER)), ("'etcd/peer' missing",)),
    ("expiry-diagnosed", other("init-refused", "", _DIAGNOSED, status=0, stderr=""), ("kubeadm took leaves",)),
    (
        "expiry-diagnosed",
        other("certificates", papers.told(papers.UNSIGNED), _DIAGNOSED),
        ("'apiserver' of the backup is signed by no authority",),
    ),
    ("worker-rejoined", other("kubelet-certificate", papers.OLD_KUBELET), ("no other certificate", "expired")),
    ("worker-rejoined", other("nodes", _LOST), ("is not Ready",)),
    ("worker-rejoined", other("nodes", _OTHER_NODE), ("is another one: its UID was u-master1",)),
]
VACUOUS: list[Idle] = [
    ("certificates", other("certificates", papers.told(papers.UNSIGNED), _BEFORE)),
    ("expiry-diagnosed", other("certificates", papers.told(papers.RENEWED), _DIAGNOSED)),
    ("expiry-diagnosed", other("certificates", papers.told(papers.EXPIRED), _BEFORE)),
    ("worker-rejoined", other("kubelet-certificate", papers.NEW_KUBELET, Moment.FAULTED)),
    ("worker-rejoined", other("nodes", [], _BEFORE)),
]
