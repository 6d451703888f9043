"""A passed OS disk swap as a journal, and ways to spoil it."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from harness.facts import CLUSTER, WITNESS, Moment
from harness.journal import Event, History, Kind
from harness.verdict import not_applicable, planned

RECORDED = Path(__file__).parent.parent / "facts" / "recorded"
CA, OTHER_CA = (RECORDED / "ca.crt").read_text(), (RECORDED / "other-ca.crt").read_text()
SA, OTHER_SA = (RECORDED / "sa.pub").read_text(), (RECORDED / "other-sa.pub").read_text()
HASH = "sha256:09cf08a889fc1c25e37c980f631381ca2fa6bd616e00cb3f9500aa2242c0ac1d"
OTHER_HASH = "sha256:fb65a6689915de867dc4607daccb350a9a74558c57522a9b1a96d2cab2e44d39"
MASTER, SPARE = "master1", "spare1"
NAMESPACES = ["kube-system", "kube-flannel", "test-ns"]
BEGAN = datetime(2026, 3, 1, 3, 0, tzinfo=UTC)
STARTED, RESTARTED = "2026-03-01T02:59:00Z", "2026-03-01T03:00:50Z"
_ETCD_UUID = "1f0c8d7e-7a8f-4f5c-9c54-2f1c6f6a1e01"
_MOMENTS = (Moment.BEFORE, Moment.FAULTED, Moment.RECOVERED, Moment.REBOOTED)


@dataclass
class Story:
    """Events written one after another on a clock that the writer turns."""

    events: list[Event] = field(default_factory=list)
    clock: float = 1000.0

    def write(self, kind: Kind, **data: Any) -> Event:
        event = Event(
            seq=len(self.events),
            at=BEGAN + timedelta(seconds=self.clock - 1000),
            mono=round(self.clock, 6),
            kind=kind,
            data=data,
        )
        self.events.append(event)
        return event

    def fact(self, fact: str, subject: str, moment: str, stdout: object, **more: Any) -> None:
        text = stdout if isinstance(stdout, str) else json.dumps(stdout)
        self.clock += 0.02
        argv = more.pop("argv", ["ask", fact])
        data = {"argv": argv, "status": 0, "stdout": text, "stderr": "", "seconds": 0.015, **more}
        self.write(Kind.FACT, fact=fact, subject=subject, moment=str(moment), **data)

    def history(self) -> History:
        return History(events=tuple(self.events))


def plan() -> list[dict[str, Any]]:
    """Every check as os-disk-swap plans it."""
    return [
        planned(
            "fault-bit",
            differs=[
                {"fact": "os-disk", "subject": MASTER, "field": "slot"},
                {"fact": "root-disk", "subject": MASTER, "field": "uuid"},
                {"fact": "boot-id", "subject": MASTER},
            ],
        ),
        planned("recovery-completed", machine=MASTER),
        planned("join-hash", machine=MASTER),
        planned("old-join", spare=SPARE),
        planned("wrong-hash-refused", spare=SPARE),
        planned("old-tokens", machine=MASTER),
        planned("objects-survived", machine=MASTER),
        planned("node-taints-and-labels", joined=[SPARE]),
        planned("kubeadm-config"),
        planned("kube-proxy-config"),
        planned("kubelet-config"),
        planned("rto-control-plane", target_seconds=300.0),
        planned("rto-workload", target_seconds=300.0),
        planned("rpo", target_seconds=0.0),
        planned("new-write"),
        planned("scheduling"),
        planned("rollout"),
        planned("dns", expected="10.96.0.1"),
        planned("service"),
        planned("volume-bytes"),
        planned("add-ons-running", namespaces=NAMESPACES),
        planned("no-orphans", machines=[MASTER]),
        planned("watch-continues"),
        planned("etcd-on-data-disk", machine=MASTER),
        planned("etcd-members", machine=MASTER, members={MASTER: "10.77.0.11"}),
        planned("etcd-health", machine=MASTER),
        planned("after-reboot", machine=MASTER, namespaces=NAMESPACES),
        planned("keys-private", machine=MASTER),
        planned("backup-files-private"),
        planned("no-secrets-in-reports"),
        planned("host-clean"),
    ]


def passed() -> History:
    """The whole drill, as it should go."""
    story = Story()
    story.write(
        Kind.DRILL,
        schema=1,
        run="20260301-030000-4242",
        drill="os-disk-swap",
        claim="A master on a fresh OS disk finds its cluster on the data disk it kept.",
        provider="container",
        fidelity="container",
        limits=["shared kernel", "no boot loader", "the disk's own write cache is not modelled"],
        kubernetes="v1.34.4",
        image="9b1f6c2a77d0",
        lab="1",
        seed=7,
        sabotage=None,
        version="0.1.0",
        host={"kernel": "6.18.0", "cpus": 2, "memory_mib": 24000},
    )
    lines = [*plan(), not_applicable("no-orphans", why="the lab has no worker")]
    story.write(Kind.PLAN, checks=json.loads(json.dumps(lines)), rto_seconds=300.0, rpo_seconds=0.0)
    _build(story)
    _baseline(story)
    _fault(story)
    _recovery(story)
    _judgement(story)
    _reboot(story)
    _cleanup(story)
    return story.history()


def _phase(story: Story, name: str, work: Callable[[], None]) -> None:
    story.write(Kind.PHASE, name=name, state="start")
    work()
    story.clock += 0.1
    story.write(Kind.PHASE, name=name, state="end")


def _wait(story: Story, number: int, on: str, seconds: float) -> None:
    story.write(Kind.WAIT, id=number, on=on, state="start")
    story.clock += seconds
    story.write(Kind.WAIT, id=number, on=on, state="end")


def _build(story: Story) -> None:
    def work() -> None:
        _wait(story, 1, "the machine 'master1' to boot", 1.2)
        story.write(
            Kind.COMMAND,
            node=MASTER,
            argv=["kubeadm", "init", "--config", "/run/kubeadm.yaml"],
            status=0,
            seconds=9.4,
            stderr="",
        )
        _wait(story, 2, "kubeadm init on 'master1'", 9.4)
        _wait(story, 3, "the canaries to be ready", 8.0)

    _phase(story, "cluster", work)


def _ledger(story: Story, number: int) -> None:
    story.write(Kind.LEDGER, stream="api", n=number)
    story.write(Kind.LEDGER, stream="volume", n=number)
    story.write(Kind.LEDGER, stream="marker", n=number)
    story.write(Kind.WATCH, watch="configmaps", state="event", version=str(500 + number), marker=number)


def _baseline(story: Story) -> None:
    story.write(Kind.WATCH, watch="configmaps", state="opened", version="500", marker=None)
    for probe in ("api-write", "app-read", "app-write"):
        story.write(Kind.PROBE, probe=probe, ok=True, last_ok=story.clock, detail="")
    for number in range(1, 6):
        story.clock += 0.1
        _ledger(story, number)

    def work() -> None:
        _machine(story, Moment.BEFORE)
        _cluster(story, Moment.BEFORE)
        files = [{"path": "/vault/pki.tar", "mode": "0600", "sha256": "ab" * 32}]
        story.fact("backup-files", WITNESS, Moment.BEFORE, files)

    _phase(story, "baseline", work)


def _fault(story: Story) -> None:
    def work() -> None:
        _ledger(story, 6)
        last = story.clock
        story.clock += 0.05
        story.write(Kind.FAULT, fault="SwapOsDisk", node=MASTER, state="start")
        story.clock += 0.2
        for probe in ("api-write", "app-read", "app-write"):
            story.write(Kind.PROBE, probe=probe, ok=False, last_ok=last, detail="connection refused")
        story.write(Kind.WATCH, watch="configmaps", state="closed", version="506", marker=None)
        _wait(story, 4, "the machine 'master1' to boot its other disk", 1.1)
        story.write(Kind.FAULT, fault="SwapOsDisk", node=MASTER, state="end")
        _machine(story, Moment.FAULTED)

    _phase(story, "fault", work)


def _recovery(story: Story) -> None:
    def work() -> None:
        story.write(Kind.RECOVERY, recovery="AdoptDataDisk", node=MASTER, state="start", within_seconds=300.0)
        for argv, seconds in (
            (["tar", "-xf", "/run/pki.tar", "-C", "/etc/kubernetes"], 0.1),
            (
                [
                    "kubeadm",
                    "init",
                    "--config",
                    "/run/kubeadm.yaml",
                    "--ignore-preflight-errors=DirAvailable--var-lib-etcd",
                ],
                8.1,
            ),
        ):
            _wait(story, 10 + int(seconds), f"{argv[0]} on 'master1'", seconds)
            story.write(Kind.COMMAND, node=MASTER, argv=argv, status=0, seconds=seconds, stderr="")
        story.write(Kind.PROBE, probe="api-write", ok=True, last_ok=story.clock, detail="")
        _ledger_back(story)
        _wait(story, 20, "the leases of the controller-manager and the scheduler to pass on", 15.6)
        story.clock += 0.5
        for probe in ("app-read", "app-write"):
            story.write(Kind.PROBE, probe=probe, ok=True, last_ok=story.clock, detail="")
        story.write(Kind.RECOVERY, recovery="AdoptDataDisk", node=MASTER, state="end", within_seconds=300.0)

    _phase(story, "recovery", work)


def _ledger_back(story: Story) -> None:
    story.write(Kind.LEDGER, stream="api", n=7)
    story.write(Kind.WATCH, watch="configmaps", state="resumed", version="506", marker=None)
    story.write(Kind.LEDGER, stream="marker", n=7)
    story.write(Kind.WATCH, watch="configmaps", state="event", version="507", marker=7)


def _judgement(story: Story) -> None:
    def work() -> None:
        _machine(story, Moment.RECOVERED)
        _cluster(story, Moment.RECOVERED)
        story.fact("api-ledger", WITNESS, Moment.RECOVERED, list(range(1, 8)))
        story.fact("volume-ledger", WITNESS, Moment.RECOVERED, list(range(1, 7)))
        for trial in ("rollout", "scheduling", "service"):
            story.fact(trial, CLUSTER, Moment.RECOVERED, {"ok": True, "saw": f"{trial} worked"})
        story.fact("old-token", CLUSTER, Moment.RECOVERED, "200")
        story.fact("resolve", CLUSTER, Moment.RECOVERED, "10.96.0.1\n")
        story.fact(
            "join",
            SPARE,
            Moment.RECOVERED,
            "This node has joined the cluster:\n",
            argv=["kubeadm", "join", "10.77.0.100:6443"],
        )
        refused = (
            "error execution phase preflight: couldn't validate the identity of the API Server: cluster CA found in"
            f' cluster-info ConfigMap is invalid: none of the public keys "{HASH}" are pinned\n'
        )
        story.fact("join-wrong-hash", SPARE, Moment.RECOVERED, "", status=1, stderr=refused)
        story.fact("spare-node", CLUSTER, Moment.RECOVERED, node(SPARE, []))

    _phase(story, "judgement", work)


def _reboot(story: Story) -> None:
    def work() -> None:
        _wait(story, 30, "the machine 'master1' to boot", 1.3)
        _wait(story, 31, "the API to answer", 9.0)
        _machine(story, Moment.REBOOTED)
        _cluster(story, Moment.REBOOTED)

    _phase(story, "reboot", work)


def _cleanup(story: Story) -> None:
    def work() -> None:
        for probe in ("api-write", "app-read", "app-write"):
            story.write(Kind.PROBE, probe=probe, ok=True, last_ok=story.clock, detail="end")
        story.write(Kind.WATCH, watch="configmaps", state="closed", version="507", marker=None)
        story.clock += 0.4
        story.write(Kind.EVIDENCE, path="evidence/master1.console.log", sha256="cd" * 32, origin="console of 'master1'")
        audit = {"leaks": [], "clock_shift_seconds": 0.001, "sysctls_changed": {}}
        story.fact("host-audit", WITNESS, Moment.END, audit)
        story.fact("secret-scan", WITNESS, Moment.END, {"scanned": 12, "found": []})

    _phase(story, "cleanup", work)
    story.write(Kind.END, outcome="finished")


def _machine(story: Story, moment: Moment) -> None:
    """What is asked of the master at a moment."""
    first = moment is Moment.BEFORE
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
    story.fact("ca-cert", MASTER, moment, CA, argv=["cat", "/etc/kubernetes/pki/ca.crt"])
    story.fact("sa-pub", MASTER, moment, SA)
    story.fact("pki-files", MASTER, moment, pki_files("ca.crt", "ca.key", "sa.key", "sa.pub"))
    story.fact("join-command", MASTER, moment, join_command(HASH))
    header = {"cluster_id": 324952591200643719, "member_id": 3319814642761637952, "raft_term": 2}
    story.fact(
        "etcd-members", MASTER, moment, {"header": header, "members": [member(MASTER, "https://10.77.0.11:2380")]}
    )
    status = {"header": header, "version": "3.6.5", "dbSize": 20480, "leader": 3319814642761637952}
    story.fact("etcd-status", MASTER, moment, [{"Endpoint": "https://127.0.0.1:2379", "Status": status}])
    hashkv = {"header": header, "hash": 3628877040, "compact_revision": -1, "hash_revision": 2}
    story.fact("etcd-hash", MASTER, moment, [{"Endpoint": "https://127.0.0.1:2379", "HashKV": hashkv}])
    story.fact("etcd-alarms", MASTER, moment, {"header": header})
    story.fact("pod-sandboxes", MASTER, moment, {"items": sandboxes()})


def _cluster(story: Story, moment: Moment) -> None:
    """What is asked over the API at a moment."""
    story.fact("objects", CLUSTER, moment, objects())
    story.fact("nodes", CLUSTER, moment, [node(MASTER, [])] + ([node(SPARE, [])] if moment is Moment.REBOOTED else []))
    story.fact("pods", CLUSTER, moment, pods(RESTARTED if moment == "rebooted" else STARTED))
    story.fact("cluster-info", CLUSTER, moment, cluster_info(CA))
    for fact, data in configs().items():
        story.fact(fact, CLUSTER, moment, {"data": data})
    story.fact("api-write", CLUSTER, moment, {"ok": True, "saw": "ConfigMap kubedrill/trial, read back"})
    story.fact("volume-bytes", WITNESS, moment, {"web/index.html": "aa" * 32, "db/ledger": "bb" * 32})


def mounts(source: str, uuid: str | None, target: str) -> dict[str, Any]:
    return {"filesystems": [{"source": source, "uuid": uuid, "fstype": "ext4", "target": target}]}


def pki_files(*names: str) -> str:
    lines = [f"{'600' if name.endswith('.key') else '644'} root /etc/kubernetes/pki/{name}" for name in names]
    return "\n".join([*lines, "600 root /etc/kubernetes/admin.conf"]) + "\n"


def join_command(pinned: str) -> str:
    return f"kubeadm join 10.77.0.100:6443 --token [bootstrap token] --discovery-token-ca-cert-hash {pinned} \n"


def member(name: str, peer: str) -> dict[str, Any]:
    return {"ID": 3319814642761637952, "name": name, "peerURLs": [peer], "clientURLs": ["https://10.77.0.11:2379"]}


def cluster_info(ca: str) -> dict[str, Any]:
    encoded = base64.b64encode(ca.encode()).decode()
    cluster = {"certificate-authority-data": encoded, "server": "https://10.77.0.100:6443"}
    kubeconfig = {"apiVersion": "v1", "kind": "Config", "clusters": [{"cluster": cluster, "name": ""}]}
    return {"data": {"kubeconfig": json.dumps(kubeconfig), "jws-kubeconfig-abcdef": "eyJhbGciOiJIUzI1NiJ9..x"}}


def configs() -> dict[str, dict[str, str]]:
    return {
        "kubeadm-config": {
            "ClusterConfiguration": "networking:\n  podSubnet: 10.244.0.0/16\n  dnsDomain: cluster.local\n"
        },
        "kube-proxy-config": {"config.conf": "mode: nftables\nclusterCIDR: 10.244.0.0/16\n"},
        "kubelet-config": {"kubelet": "cgroupDriver: cgroupfs\nclusterDNS:\n- 10.96.0.10\n"},
    }


def objects() -> list[dict[str, Any]]:
    return [
        {"kind": "Namespace", "namespace": None, "name": "kube-system", "uid": "u-kube-system", "content": {}},
        {"kind": "Namespace", "namespace": None, "name": "test-ns", "uid": "u-test-ns", "content": {}},
        {
            "kind": "ConfigMap",
            "namespace": "test-ns",
            "name": "settings",
            "uid": "u-settings",
            "content": {"data": {"colour": "blue"}},
        },
        {
            "kind": "Secret",
            "namespace": "test-ns",
            "name": "door",
            "uid": "u-door",
            "content": {"data": {"key": "sha256:11"}},
        },
    ]


def node(name: str, taints: list[dict[str, str]], *, ready: bool = True) -> dict[str, Any]:
    conditions = [{"type": "Ready", "status": "True" if ready else "False"}]
    metadata = {"name": name, "uid": f"u-{name}", "labels": {"kubernetes.io/hostname": name}}
    return {"metadata": metadata, "spec": {"taints": taints} if taints else {}, "status": {"conditions": conditions}}


def pod(
    namespace: str, name: str, owner: tuple[str, str] | None, *, ready: bool = True, started: str = STARTED
) -> dict[str, Any]:
    metadata: dict[str, Any] = {"name": name, "namespace": namespace, "uid": f"u-{name}"}
    if owner is not None:
        metadata["ownerReferences"] = [{"kind": owner[0], "name": owner[1], "uid": "u"}]
    conditions = [{"type": "Ready", "status": "True" if ready else "False"}]
    return {
        "metadata": metadata,
        "spec": {"nodeName": MASTER},
        "status": {
            "phase": "Running",
            "conditions": conditions,
            "containerStatuses": [{"name": name, "state": {"running": {"startedAt": started}}}],
        },
    }


def pods(started: str = STARTED) -> list[dict[str, Any]]:
    return [
        pod("kube-system", "etcd-master1", ("Node", MASTER), started=started),
        pod("kube-system", "coredns-66bc5c9577-abcde", ("ReplicaSet", "coredns-66bc5c9577"), started=started),
        pod("kube-flannel", "kube-flannel-ds-x2x4z", ("DaemonSet", "kube-flannel-ds"), started=started),
        pod("test-ns", "test-pod", None, started=started),
    ]


def sandboxes() -> list[dict[str, Any]]:
    def box(namespace: str, name: str, uid: str, source: str) -> dict[str, Any]:
        metadata = {"name": name, "namespace": namespace, "uid": uid, "attempt": 0}
        annotations = {"kubernetes.io/config.source": source}
        return {"id": f"b-{name}", "metadata": metadata, "state": "SANDBOX_READY", "annotations": annotations}

    return [
        box("kube-system", "etcd-master1", "6f7d1c", "file"),
        box("kube-system", "coredns-66bc5c9577-abcde", "u-coredns-66bc5c9577-abcde", "api"),
        box("test-ns", "test-pod", "u-test-pod", "api"),
    ]


def renumbered(events: list[Event]) -> History:
    return History(events=tuple(replace(event, seq=number) for number, event in enumerate(events)))


def without(history: History, unwanted: Callable[[Event], bool]) -> History:
    """The history without some lines."""
    return renumbered([event for event in history.events if not unwanted(event)])


def is_fact(event: Event, fact: str, subject: str | None = None, moment: str | None = None) -> bool:
    return (
        event.kind is Kind.FACT
        and event.data["fact"] == fact
        and subject in (None, event.data["subject"])
        and moment in (None, event.data["moment"])
    )


def answering(history: History, fact: str, moment: str, stdout: object, **more: Any) -> History:
    """The history in which a fact had another answer."""
    text = stdout if isinstance(stdout, str) else json.dumps(stdout)
    hits = [event for event in history.events if is_fact(event, fact, moment=moment)]
    assert hits, f"the story holds no '{fact}' at '{moment}'"
    changed = {event.seq: replace(event, data={**event.data, "stdout": text, **more}) for event in hits}
    return renumbered([changed.get(event.seq, event) for event in history.events])


def inserted(history: History, before: Callable[[Event], bool], kind: Kind, **data: Any) -> History:
    """The history with one more line before the first that is meant."""
    place = next(number for number, event in enumerate(history.events) if before(event))
    twin = replace(history.events[place], kind=kind, data=data)
    return renumbered([*history.events[:place], twin, *history.events[place:]])


def edited(history: History, wanted: Callable[[Event], bool], **data: Any) -> History:
    """The history in which some lines have other fields."""
    return renumbered(
        [replace(event, data={**event.data, **data}) if wanted(event) else event for event in history.events]
    )
