"""What kubeadm writes into the cluster at the end of an init: who it is, how it was set up, and its add-ons."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any

from harness.providers.rehearsal.documents import dump_yaml, load_yaml
from harness.providers.rehearsal.etcd import Item
from harness.providers.rehearsal.server import ObjectStore, merged
from harness.providers.rehearsal.world import World

_TAINT = {"key": "node-role.kubernetes.io/control-plane", "effect": "NoSchedule"}
_MARKS = ("node-role.kubernetes.io/control-plane", "node.kubernetes.io/exclude-from-external-load-balancers")
_CLUSTER: dict[str, Any] = {
    "apiVersion": "kubeadm.k8s.io/v1beta4",
    "kind": "ClusterConfiguration",
    "apiServer": {},
    "certificatesDir": "/etc/kubernetes/pki",
    "clusterName": "kubernetes",
    "controllerManager": {},
    "dns": {},
    "encryptionAlgorithm": "RSA-2048",
    "etcd": {"local": {"dataDir": "/var/lib/etcd"}},
    "imageRepository": "registry.k8s.io",
    "networking": {"dnsDomain": "cluster.local", "serviceSubnet": "10.96.0.0/12"},
    "proxy": {},
    "scheduler": {},
}
_KUBELET = {
    "apiVersion": "kubelet.config.k8s.io/v1beta1",
    "kind": "KubeletConfiguration",
    "cgroupDriver": "systemd",
    "clusterDNS": ["10.96.0.10"],
    "clusterDomain": "cluster.local",
}
_PROXY = {
    "apiVersion": "kubeproxy.config.k8s.io/v1alpha1",
    "kind": "KubeProxyConfiguration",
    "clusterCIDR": "",
    "mode": "",
}
_TOKEN = "bootstrap-token-"
_TOLERATE_ALL = [{"operator": "Exists"}]
_CERTIFICATES = "kubeadm-certs"
_CERTIFICATES_LIVE = timedelta(hours=2)
_LETTERS = "abcdefghijklmnopqrstuvwxyz0123456789"


def cluster_configuration(world: World, given: Mapping[str, Any]) -> dict[str, Any]:
    """The ClusterConfiguration with kubeadm's defaults under it."""
    elsewhere: dict[str, Any] = {"etcd": {}} if "external" in given.get("etcd", {}) else {}
    return merged({**_CLUSTER, "kubernetesVersion": world.kubernetes, **elsewhere}, given)


def kubelet_configuration(documents: Mapping[str, Any]) -> dict[str, Any]:
    """The KubeletConfiguration with kubeadm's defaults under it."""
    return merged(_KUBELET, documents.get("KubeletConfiguration", {}))


def configuration(store: ObjectStore, cluster: Mapping[str, Any], documents: Mapping[str, Any]) -> None:
    """The ConfigMaps that say how the cluster was set up; what was in them is written over."""
    kubelet = dump_yaml(kubelet_configuration(documents))
    _config_map(store, "kubeadm-config", "kube-system", {"ClusterConfiguration": dump_yaml(cluster)})
    _config_map(store, "kubelet-config", "kube-system", {"kubelet": kubelet})


def bootstrap(store: ObjectStore, endpoint: str, ca: bytes, token: str, expires: datetime) -> None:
    """cluster-info and a token, with which machines can join."""
    cluster = {"server": f"https://{endpoint}", "certificate-authority-data": base64.b64encode(ca).decode()}
    published = {"apiVersion": "v1", "kind": "Config", "clusters": [{"name": "", "cluster": cluster}]}
    _config_map(store, "cluster-info", "kube-public", {"kubeconfig": dump_yaml(published)})
    add_token(store, token, expires)


def published_endpoint(store: ObjectStore) -> str:
    """Where cluster-info sends machines that want to join."""
    info = load_yaml(store.need("ConfigMap", "cluster-info", "kube-public")["data"]["kubeconfig"])
    return str(info["clusters"][0]["cluster"]["server"]).removeprefix("https://")


def new_token(world: World) -> str:
    """A bootstrap token."""
    first, second = (("".join(world.random.choices(_LETTERS, k=length))) for length in (6, 16))
    return f"{first}.{second}"


def add_token(store: ObjectStore, token: str, expires: datetime) -> None:
    """Let machines join with this token until it expires."""
    name, _, secret = token.partition(".")
    words = {"token-id": name, "token-secret": secret, "expiration": f"{expires:%Y-%m-%dT%H:%M:%SZ}"}
    metadata = {"name": f"{_TOKEN}{name}", "namespace": "kube-system"}
    store.apply({"apiVersion": "v1", "kind": "Secret", "metadata": metadata, "stringData": words})


def upload_certificates(world: World, store: ObjectStore, files: Mapping[str, bytes], key: str) -> None:
    """Put what a control plane needs to join into the cluster, under a key, for as long as their token lives."""
    token, ends = new_token(world), world.clock.now() + _CERTIFICATES_LIVE
    add_token(store, token, ends)
    owner = {"apiVersion": "v1", "kind": "Secret", "name": f"bootstrap-token-{token.partition('.')[0]}"}
    metadata = {"name": _CERTIFICATES, "namespace": "kube-system", "ownerReferences": [owner]}
    words = {name: base64.b64encode(content).decode() for name, content in files.items()}
    content = {"key": hashlib.sha256(key.encode()).hexdigest(), "ends": ends.isoformat(), **words}
    store.apply({"apiVersion": "v1", "kind": "Secret", "metadata": metadata, "stringData": content})


def download_certificates(world: World, store: ObjectStore, key: str) -> dict[str, bytes] | None:
    """What was put there, for who has the key; None once it has ended or where the key is another."""
    found = store.etcd.find("Secret", _CERTIFICATES, "kube-system")
    words = {name: base64.b64decode(value) for name, value in (found or {"data": {}})["data"].items()}
    right = words.pop("key", b"").decode() == hashlib.sha256(key.encode()).hexdigest()
    if not right or datetime.fromisoformat(words.pop("ends").decode()) < world.clock.now():
        return None
    return {name: base64.b64decode(value) for name, value in words.items()}


def good_tokens(store: ObjectStore, now: datetime) -> Iterator[str]:
    """The ids of the tokens that have not expired."""
    for secret in store.etcd.of_kind("Secret", "kube-system"):
        if secret["metadata"]["name"].startswith(_TOKEN) and not _has_expired(secret, now):
            yield secret["metadata"]["name"].removeprefix(_TOKEN)


def _has_expired(secret: Item, now: datetime) -> bool:
    return _moment(secret["data"]["expiration"]) <= now


@lru_cache(maxsize=64)
def _moment(told: str) -> datetime:
    return datetime.fromisoformat(base64.b64decode(told).decode())


def knows_token(store: ObjectStore, token: str, now: datetime) -> bool:
    """Whether machines can join with this token."""
    name, _, secret = token.partition(".")
    found = store.etcd.find("Secret", f"{_TOKEN}{name}", "kube-system")
    if found is None or not store.sealing.can_read(found) or _has_expired(found, now):
        return False
    return base64.b64decode(found["data"]["token-secret"]).decode() == secret


def mark_control_plane(store: ObjectStore, name: str) -> None:
    """The labels and the taint of a control plane, whether they were taken off before or not."""
    node = store.need("Node", name)
    taints = [taint for taint in node["spec"].get("taints", []) if taint["key"] != _TAINT["key"]]
    labels = dict.fromkeys(_MARKS, "")
    store.apply(merged(node, {"metadata": {"labels": labels}, "spec": {"taints": [*taints, _TAINT]}}))


def add_ons(store: ObjectStore, proxy: Mapping[str, Any], endpoint: str) -> None:
    """CoreDNS and kube-proxy."""
    leads = {"kind": "Config", "clusters": [{"name": "default", "cluster": {"server": f"https://{endpoint}"}}]}
    data = {"config.conf": dump_yaml(merged(_PROXY, proxy)), "kubeconfig.conf": dump_yaml(leads)}
    _config_map(store, "kube-proxy", "kube-system", data)
    _apply(store, "DaemonSet", "kube-proxy", "kube-system", spec=_workload("kube-proxy", hostNetwork=True))
    _apply(store, "Deployment", "coredns", "kube-system", spec={"replicas": 2, **_workload("kube-dns")})
    ports = [{"name": "dns", "port": 53, "protocol": "UDP"}]
    _apply(store, "Service", "kube-dns", "kube-system", spec={"selector": {"k8s-app": "kube-dns"}, "ports": ports})


def _workload(label: str, **spec: Any) -> dict[str, Any]:
    labels = {"k8s-app": label}
    pod = {"tolerations": _TOLERATE_ALL, "containers": [{"name": label, "image": f"registry.k8s.io/{label}"}], **spec}
    return {"selector": {"matchLabels": labels}, "template": {"metadata": {"labels": labels}, "spec": pod}}


def _config_map(store: ObjectStore, name: str, namespace: str, data: Mapping[str, str]) -> None:
    _apply(store, "ConfigMap", name, namespace, data=dict(data))


def _apply(store: ObjectStore, kind: str, name: str, namespace: str, **content: Any) -> None:
    version = "apps/v1" if kind in ("DaemonSet", "Deployment") else "v1"
    store.apply({"apiVersion": version, "kind": kind, "metadata": {"name": name, "namespace": namespace}, **content})
