"""What is asked of machines and cluster at a moment of a drill that goes well."""

from __future__ import annotations

from typing import Any

from harness.facts import CLUSTER, WITNESS, Moment
from harness.facts.certificates import LEAVES
from harness.journal import Kind
from tests.verdict import papers
from tests.verdict.answers import (
    CA,
    HASH,
    MASTER,
    NEW_ADDRESS,
    OLD_ADDRESS,
    OLD_NAME,
    SA,
    SPARE,
    STARTED,
    cluster_info,
    configs,
    containers,
    data_volume,
    errand,
    join_command,
    member,
    mounts,
    nodes_of,
    objects,
    pki_files,
    pods,
    sandbox,
    sandboxes,
    volume,
)
from tests.verdict.moving import movers
from tests.verdict.telling import Story

REFUSED = 'pods "privileged" is forbidden: violates PodSecurity "baseline:latest": privileged'
FILES = "/etc/kubernetes/pki/ca.crt 17 1.5\n/var/lib/etcd/member 11 2.25\n"
ETCD_FILES = "700 etcd /var/lib/etcd\n644 etcd /var/lib/etcd/member/snap/1.snap\n600 etcd /etc/etcd/pki/server.key\n"
RESTARTED = "2026-03-01T03:00:50Z"
NAMESPACES = "namespace/default\nnamespace/kube-system\n"
ROOM, NO_ROOM = "Avail\n1048576\n", "Avail\n0\n"
FULL = "Error: etcdserver: mvcc: database space exceeded\n"
REUSED = "".join(f"[certs] Using existing {name} certificate and key on disk\n" for name in LEAVES)
_ETCD_UUID = "1f0c8d7e-7a8f-4f5c-9c54-2f1c6f6a1e01"
_MOMENTS = (Moment.BEFORE, Moment.FAULTED, Moment.RECOVERED, Moment.REBOOTED)


def ask_machine(story: Story, moment: Moment) -> None:
    """What is asked of the master at a moment."""
    first = moment is Moment.BEFORE
    address = OLD_ADDRESS if first else NEW_ADDRESS
    slot, uuid = (
        ("a", "aaaaaaaa-0000-4000-8000-000000000001") if first else ("b", "bbbbbbbb-0000-4000-8000-000000000002")
    )
    story.fact(
        "os-disk", MASTER, moment, {"slot": slot, "serial": f"kd-{slot}"}, argv=["cat", "/etc/kubedrill/disk.json"]
    )
    story.fact("root-disk", MASTER, moment, mounts("/dev/loop1" if first else "/dev/loop2", uuid, "/"))
    story.fact("etcd-disk", MASTER, moment, mounts("/dev/loop3", _ETCD_UUID, "/var/lib/etcd"))
    boot = f"0000000{_MOMENTS.index(moment)}-1111-4222-8333-444444444444\n"
    # The fault's boot is that in which the recovery happens.
    story.fact(
        "boot-id", MASTER, moment, boot if moment is not Moment.RECOVERED else boot.replace("00000002", "00000001")
    )
    if moment is Moment.FAULTED:
        return
    for kubeconfig in ("admin-server", "kubelet-server"):
        story.fact(kubeconfig, MASTER, moment, f"server: https://{address}:6443\n")
    story.fact("kubelet-user", MASTER, moment, f"user: system:node:{OLD_NAME if first else MASTER}\n")
    story.fact("ca-cert", MASTER, moment, CA, argv=["cat", "/etc/kubernetes/pki/ca.crt"])
    story.fact("sa-pub", MASTER, moment, SA)
    papers_now = papers.EXPIRING if first else papers.RENEWED
    story.fact("certificates", MASTER, moment, papers.told(papers_now))
    story.fact("kubelet-certificate", MASTER, moment, papers.OLD_KUBELET if first else papers.NEW_KUBELET)
    story.fact("pki-files", MASTER, moment, pki_files("ca.crt", "ca.key", "sa.key", "sa.pub"))
    story.fact("join-command", MASTER, moment, join_command(HASH))
    header = {"cluster_id": 324952591200643719, "member_id": 3319814642761637952, "raft_term": 2}
    story.fact(
        "etcd-members",
        MASTER,
        moment,
        {"header": header, "members": [member(OLD_NAME if first else MASTER, f"https://{address}:2380")]},
    )
    status = {"header": header, "version": "3.6.5", "dbSize": 20480, "leader": 3319814642761637952}
    story.fact("etcd-status", MASTER, moment, [{"Endpoint": "https://127.0.0.1:2379", "Status": status}])
    hashkv = {"header": header, "hash": 3628877040, "compact_revision": -1, "hash_revision": 2}
    story.fact("etcd-hash", MASTER, moment, [{"Endpoint": "https://127.0.0.1:2379", "HashKV": hashkv}])
    story.fact("etcd-alarms", MASTER, moment, {"header": header})
    story.fact("etcd-room", MASTER, moment, ROOM)
    if first:
        story.fact("containers", MASTER, moment, containers("c-first", errands=("errand-first",)))
        story.fact("etcd-write", MASTER, moment, "OK\n")
        story.fact("namespaces", MASTER, moment, NAMESPACES)
        snapshot = {"hash": 3628877040, "revision": 2, "totalKey": 9, "totalSize": 20480, "version": "3.6.0"}
        story.fact("snapshot-status", MASTER, moment, snapshot)
        story.fact("snapshot-digest", MASTER, moment, f"{'ab' * 32}  /run/kubedrill-snapshot.db\n")
    story.fact("uploaded-certs", MASTER, moment, "bootstrap-token-abcdef" if first else "bootstrap-token-ghijkl")
    story.fact("etcd-containers", MASTER, moment, {"spec": {"containers": [{"name": "etcd"}, {"name": "snapshots"}]}})
    taken = {"hash": 3628877040, "revision": 2 if first else 9, "totalKey": 9, "totalSize": 20480, "version": "3.6.0"}
    story.fact("sidecar-snapshot", MASTER, moment, taken)
    story.fact("etcd-data-dir", MASTER, moment, {"spec": {"volumes": [data_volume("/var/lib/etcd")]}})
    story.fact("etcd-process", MASTER, moment, "etcd     /usr/local/bin/etcd --name=master1 --data-dir=/var/lib/etcd\n")
    story.fact("etcd-files", MASTER, moment, ETCD_FILES)
    story.fact("kubelet-settings", MASTER, moment, {"kubeletconfig": {"maxPods": 48}})
    story.fact("pod-sandboxes", MASTER, moment, {"items": sandboxes()})


def refuse(story: Story, backup: str, cause: str) -> None:
    """A bad backup is offered on the master, and refused while all is as it was."""
    for moment in (Moment.OFFERED, backup):
        story.fact("control-plane-files", MASTER, moment, FILES)
        story.fact("pod-sandboxes", MASTER, moment, {"items": sandboxes()})
    told = {"recovery": "AdoptDataDisk", "node": MASTER, "state": "refused", "backup": backup}
    story.write(Kind.RECOVERY, **told, cause=cause)


def errands(moment: Moment) -> list[dict[str, Any]]:
    """The pod of before, which ended in the outage, and the one that replaced it."""
    first, second = errand("errand-first", ready=moment is Moment.BEFORE), errand("errand-second")
    told = {Moment.BEFORE: [first], Moment.RECOVERED: [first, second]}
    return told.get(moment, [])


def ask_meanwhile(story: Story) -> None:
    """What is asked while there is no control plane, and before a recovery knows what is wrong."""
    story.fact("kubelet-certificate", MASTER, Moment.FAULTED, papers.OLD_KUBELET)
    story.fact("certificates", MASTER, Moment.DIAGNOSED, papers.told(papers.EXPIRING))
    misled = "error execution phase certs/apiserver: [certs] certificate apiserver not signed by CA certificate ca\n"
    story.fact("init-refused", MASTER, Moment.DIAGNOSED, "", status=1, stderr=misled)
    story.fact("certificates", MASTER, Moment.MOVED, papers.told(papers.RENEWED))
    story.fact("nodes", CLUSTER, Moment.RENAMED, nodes_of(Moment.RENAMED))
    story.fact("pods", CLUSTER, Moment.RENAMED, pods())
    story.fact("objects", CLUSTER, Moment.RENAMED, [volume(OLD_NAME)])
    story.fact("kubelet-server", MASTER, Moment.MOVED, f"server: https://{NEW_ADDRESS}:6443\n")
    story.fact("certificates-reused", MASTER, Moment.MOVED, REUSED)
    gone = sandbox("test-ns", "errand-first", "u-errand-first")
    story.fact("etcd-write", MASTER, Moment.FAULTED, "", status=1, stderr=FULL)
    story.fact("etcd-room", MASTER, Moment.FAULTED, NO_ROOM)
    story.fact("namespaces", MASTER, Moment.FAULTED, NAMESPACES)
    status = {"header": {}, "version": "3.6.5", "dbSize": 65000, "leader": 3319814642761637952}
    story.fact("etcd-status", MASTER, Moment.FAULTED, [{"Endpoint": "https://127.0.0.1:2379", "Status": status}])
    story.fact("containers", MASTER, Moment.ENDURED, containers("c-second"))
    story.fact("pod-sandboxes", MASTER, Moment.ENDURED, {"items": [*sandboxes(), gone]})
    refused = {"ok": False, "saw": "The API does not answer"}
    story.fact("operations", CLUSTER, Moment.ENDURED, {"read": refused, "delete": refused})
    unreachable = "error: couldn't validate the identity of the API Server: cluster-info: no route to host\n"
    story.fact("join-meanwhile", SPARE, Moment.ENDURED, "", status=1, stderr=unreachable)


def ask_cluster(story: Story, moment: Moment) -> None:
    """What is asked over the API at a moment."""
    address = OLD_ADDRESS if moment is Moment.BEFORE else NEW_ADDRESS
    home = OLD_NAME if moment is Moment.BEFORE else MASTER
    story.fact("objects", CLUSTER, moment, [*objects(), volume(home)])
    story.fact("nodes", CLUSTER, moment, nodes_of(moment))
    revision = "" if moment is Moment.BEFORE else "recovery-2026"
    began = RESTARTED if moment == "rebooted" else STARTED
    story.fact("pods", CLUSTER, moment, [*pods(began, revision=revision), *errands(moment), *movers(moment)])
    story.fact("cluster-info", CLUSTER, moment, cluster_info(CA, address))
    for fact, data in configs(address).items():
        story.fact(fact, CLUSTER, moment, {"data": data})
    story.fact("second-scheduler", CLUSTER, moment, {"ok": True, "saw": "the pod ended well"})
    story.fact("admission", CLUSTER, moment, "", status=403, stderr=REFUSED)
    envelope = "k8s:enc:secretbox:v1:key1:"
    story.fact("secret-over-api", CLUSTER, moment, {"digest": "sha256:11"})
    story.fact("secrets-at-rest", CLUSTER, moment, {"canary": envelope, "new": envelope})
    story.fact("late-object", CLUSTER, moment, {"uid": "u-late"})
    story.fact("api-write", CLUSTER, moment, {"ok": True, "saw": "ConfigMap kubedrill/trial, read back"})
    story.fact("volume-bytes", WITNESS, moment, {"web/index.html": "aa" * 32, "db/ledger": "bb" * 32})
