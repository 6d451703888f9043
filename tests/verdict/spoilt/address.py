"""Stories that break or starve the checks of a control plane's address."""

from __future__ import annotations

from harness.facts import Moment
from tests.verdict import answers, papers
from tests.verdict.answers import CA, MASTER, NEW_ADDRESS, OLD_ADDRESS, cluster_info, configs, member, node
from tests.verdict.spoils import Break, Idle, other

_OLD_SERVER = f"server: https://{OLD_ADDRESS}:6443\n"
_OLD_PROXY = {"data": configs(OLD_ADDRESS)["kube-proxy-config"]}
_OLD_PAPERS = papers.told({**papers.RENEWED, "apiserver": papers.EXPIRING["apiserver"]})
_ELSEWHERE = papers.told({**papers.RENEWED, "etcd/peer": papers.of_nobody("etcd/peer")})
_FEWER = papers.told({name: pem for name, pem in papers.RENEWED.items() if name != "etcd/peer"})
_GHOST = [node(MASTER, [], ready=False, address=OLD_ADDRESS), node("master9", [])]

BROKEN: list[Break] = [
    (
        "address-in-backup",
        other("certificates", papers.told(papers.EXPIRING), Moment.MOVED),
        ("apiserver.crt, etcd/server.crt and etcd/peer.crt name 10.77.0.10 alone", "kubeadm would use apiserver.crt"),
    ),
    (
        "address-in-backup",
        other("kubelet-server", _OLD_SERVER, Moment.MOVED),
        ("kubelet.conf of 'master1' name 10.77.0.10 alone",),
    ),
    (
        "address-in-backup",
        other("certificates", _ELSEWHERE, Moment.MOVED),
        ("etcd/peer.crt name neither 10.77.0.10 nor 10.77.0.11; kubeadm would use etcd/peer.crt",),
    ),
    (
        "address-in-backup",
        lambda h: other("certificates-reused", "", Moment.MOVED)(
            other("certificates", papers.told(papers.EXPIRING), Moment.MOVED)(h)
        ),
        ("apiserver.crt, etcd/server.crt and etcd/peer.crt name 10.77.0.10 alone",),
    ),
    ("address-moved", other("certificates", _OLD_PAPERS), (f"apiserver.crt still names {OLD_ADDRESS}",)),
    (
        "address-moved",
        other("etcd-members", {"header": {}, "members": [member(MASTER, f"https://{OLD_ADDRESS}:2380")]}),
        (f"the peer URL of etcd still names {OLD_ADDRESS}",),
    ),
    (
        "address-moved",
        other("etcd-members", {"header": {}, "members": [member(MASTER, "http://localhost:2380")]}),
        (f"does not name {NEW_ADDRESS}: http://localhost:2380",),
    ),
    ("address-moved", other("cluster-info", cluster_info(CA, OLD_ADDRESS)), ("cluster-info still names",)),
    ("address-moved", other("kube-proxy-config", _OLD_PROXY), ("the ConfigMap kube-proxy still names",)),
    ("address-moved", other("kubelet-server", _OLD_SERVER), (f"kubelet.conf of '{MASTER}' still names",)),
    ("address-moved", other("admin-server", _OLD_SERVER), (f"admin.conf of '{MASTER}' still names",)),
    ("address-moved", other("nodes", _GHOST), (f"the Node '{MASTER}' still names {OLD_ADDRESS}",)),
    ("address-moved", other("nodes", [node("master9", [])]), (f"the Node '{MASTER}' does not name",)),
]
VACUOUS: list[Idle] = [
    ("address-in-backup", other("certificates", _FEWER, Moment.MOVED)),
    ("address-moved", other("admin-server", f"server: https://{NEW_ADDRESS}:6443\n", Moment.BEFORE)),
    ("address-moved", other("nodes", [answers.node(answers.LOST, [])], Moment.BEFORE)),
]
