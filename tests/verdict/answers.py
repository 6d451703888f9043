"""What machines and API answer in a drill that goes well."""

from __future__ import annotations

import base64
import json
from pathlib import Path
from typing import Any

RECORDED = Path(__file__).parent.parent / "facts" / "recorded"
CA, OTHER_CA = (RECORDED / "ca.crt").read_text(), (RECORDED / "other-ca.crt").read_text()
SA, OTHER_SA = (RECORDED / "sa.pub").read_text(), (RECORDED / "other-sa.pub").read_text()
HASH = "sha256:09cf08a889fc1c25e37c980f631381ca2fa6bd616e00cb3f9500aa2242c0ac1d"
OTHER_HASH = "sha256:fb65a6689915de867dc4607daccb350a9a74558c57522a9b1a96d2cab2e44d39"
MASTER, SPARE, LOST = "master1", "spare1", "master2"
#: That of the master, which gets another one.
OLD_ADDRESS, NEW_ADDRESS = "10.77.0.10", "10.77.0.11"
#: What the master called itself before, in what tells names.
OLD_NAME = "master0"
STARTED = "2026-03-01T02:59:00Z"


def mounts(source: str, uuid: str | None, target: str) -> dict[str, Any]:
    return {"filesystems": [{"source": source, "uuid": uuid, "fstype": "ext4", "target": target}]}


def pki_files(*names: str) -> str:
    lines = [f"{'600' if name.endswith('.key') else '644'} root /etc/kubernetes/pki/{name}" for name in names]
    return "\n".join([*lines, "600 root /etc/kubernetes/admin.conf"]) + "\n"


def join_command(pinned: str) -> str:
    return f"kubeadm join 10.77.0.100:6443 --token [bootstrap token] --discovery-token-ca-cert-hash {pinned} \n"


def member(name: str, peer: str) -> dict[str, Any]:
    return {"ID": 3319814642761637952, "name": name, "peerURLs": [peer], "clientURLs": ["https://10.77.0.11:2379"]}


def data_volume(path: str) -> dict[str, Any]:
    return {"name": "etcd-data", "hostPath": {"path": path, "type": "DirectoryOrCreate"}}


def cluster_info(ca: str, address: str = NEW_ADDRESS) -> dict[str, Any]:
    encoded = base64.b64encode(ca.encode()).decode()
    cluster = {"certificate-authority-data": encoded, "server": f"https://{address}:6443"}
    kubeconfig = {"apiVersion": "v1", "kind": "Config", "clusters": [{"cluster": cluster, "name": ""}]}
    return {"data": {"kubeconfig": json.dumps(kubeconfig), "jws-kubeconfig-abcdef": "eyJhbGciOiJIUzI1NiJ9..x"}}


def configs(address: str = NEW_ADDRESS) -> dict[str, dict[str, str]]:
    proxy = {"kind": "Config", "clusters": [{"name": "default", "cluster": {"server": f"https://{address}:6443"}}]}
    return {
        "kubeadm-config": {
            "ClusterConfiguration": f"controlPlaneEndpoint: {address}:6443\n"
            "networking:\n  podSubnet: 10.244.0.0/16\n  dnsDomain: cluster.local\n"
        },
        "kube-proxy-config": {
            "config.conf": "mode: nftables\nclusterCIDR: 10.244.0.0/16\n",
            "kubeconfig.conf": json.dumps(proxy),
        },
        "kubelet-config": {"kubelet": "cgroupDriver: cgroupfs\nclusterDNS:\n- 10.96.0.10\n"},
    }


def volume(home: str) -> dict[str, Any]:
    """One that only this Node has: who has it elsewhere has made it anew."""
    on_home = {"key": "kubernetes.io/hostname", "operator": "In", "values": [home]}
    affinity = {"required": {"nodeSelectorTerms": [{"matchExpressions": [on_home]}]}}
    told = {"kind": "PersistentVolume", "namespace": None, "name": "bound", "uid": f"u-bound-{home}"}
    return {**told, "content": {"spec": {"nodeAffinity": affinity}}}


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


def node(name: str, taints: list[dict[str, str]], *, ready: bool = True, address: str = NEW_ADDRESS) -> dict[str, Any]:
    conditions = [{"type": "Ready", "status": "True" if ready else "False"}]
    metadata = {"name": name, "uid": f"u-{name}", "labels": {"kubernetes.io/hostname": name}}
    status = {"conditions": conditions, "addresses": [{"type": "InternalIP", "address": address}]}
    return {"metadata": metadata, "spec": {"taints": taints} if taints else {}, "status": status}


def nodes_of(moment: str) -> list[dict[str, Any]]:
    """The master, a machine that is another one after the fault, and at the end the spare one."""
    lost = node(LOST, [])
    lost["metadata"]["uid"] = f"u-{LOST}-{'before' if moment == 'before' else 'after'}"
    master = node(MASTER, [], address=OLD_ADDRESS if moment == "before" else NEW_ADDRESS)
    # The Node of the old name has no machine any more, and went before anybody looked again.
    named = [node(OLD_NAME, [], address=OLD_ADDRESS)] if moment == "before" else []
    return [master, lost, *named, *([node(SPARE, [])] if moment == "rebooted" else [])]


def backup_pair() -> dict[str, Any]:
    files = {"snapshot_2026-03-01_030000.db": "aa", "static_kuberesources_2026-03-01_030000.tar.gz": "bb"}
    pki = ["pki/ca.crt", "pki/ca.key", "pki/etcd/ca.key"]
    return {
        "stamp": "2026-03-01_030000",
        "kube_system_uid": "u-kube-system",
        "found": {**files, "manifest_2026-03-01_030000.json": "cc"},
        "files": files,
        "archive": ["manifests/etcd.yaml", "manifests/kube-apiserver.yaml", *pki],
        "encryption_keys": [],
    }


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


def pods(started: str = STARTED, *, revision: str = "") -> list[dict[str, Any]]:
    etcd = pod("kube-system", "etcd-master1", ("Node", MASTER), started=started)
    etcd["metadata"]["annotations"] = {"kubedrill.io/redeployed-for": revision} if revision else {}
    return [
        etcd,
        pod("kube-system", "coredns-66bc5c9577-abcde", ("ReplicaSet", "coredns-66bc5c9577"), started=started),
        pod("kube-flannel", "kube-flannel-ds-x2x4z", ("DaemonSet", "kube-flannel-ds"), started=started),
        pod("test-ns", "test-pod", None, started=started),
    ]


def errand(name: str, *, ready: bool = True) -> dict[str, Any]:
    return pod("test-ns", name, ("Job", "errand"), ready=ready)


def sandbox(namespace: str, name: str, uid: str, source: str = "api") -> dict[str, Any]:
    metadata = {"name": name, "namespace": namespace, "uid": uid, "attempt": 0}
    annotations = {"kubernetes.io/config.source": source}
    return {"id": f"b-{name}", "metadata": metadata, "state": "SANDBOX_READY", "annotations": annotations}


def sandboxes() -> list[dict[str, Any]]:
    return [
        sandbox("kube-system", "etcd-master1", "6f7d1c", "file"),
        sandbox("kube-system", "coredns-66bc5c9577-abcde", "u-coredns-66bc5c9577-abcde"),
        sandbox("test-ns", "test-pod", "u-test-pod"),
    ]


MANAGER, SCHEDULER = "kube-controller-manager", "kube-scheduler"


def containers(*running: str, errands: tuple[str, ...] = (), led: str = "first") -> str:
    """crictl's table: which containers of the test pod run, which errands, and which of those that lead."""
    lines = [f"CONTAINER    IMAGE     CREATED  STATE    {'NAME':<25}ATTEMPT  POD ID"]
    for number, name in enumerate(("c-first", "c-second")):
        state = "RUNNING" if name in running else "EXITED"
        lines.append(f"{name:<12} sha256:1  5s ago   {state:<8} {'canary':<25}{number}        b-test-pod")
    for name in ("errand-first", "errand-other"):
        state = "RUNNING" if name in errands else "EXITED"
        lines.append(f"c-{name:<10} sha256:1  5s ago   {state:<8} {'errand':<25}0        b-{name}")
    for name in (MANAGER, SCHEDULER):
        lines.append(f"{name[5:7]}-{led:<9} sha256:1  5s ago   RUNNING  {name:<25}0        b-{name}")
        if led != "first":
            lines.append(f"{name[5:7]}-{'first':<9} sha256:1  5s ago   EXITED   {name:<25}0        b-{name}")
    return "\n".join(lines) + "\n"
