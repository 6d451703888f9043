"""The backup of a control plane: PKI, static pods, configuration, what its Node looked like, and etcd's data."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from harness.backup.bundle import Bundle
from harness.backup.matching import signing_keys
from harness.backup.snapshot import take_snapshot
from harness.cluster.cluster import Cluster
from harness.facts.etcd_service import SERVICE, UNIT
from harness.lab import Node
from harness.spec import Role

FOLDER = "/etc/kubernetes"
PKI = f"{FOLDER}/pki"
MANIFESTS = f"{FOLDER}/manifests"
#: Kept under names of their own, or made anew by each init.
_NOT_ONES_OWN = ("pki/", "manifests/", "tmp/")
_KUBECONFIG = ".conf"
#: Where each configuration lies in kube-system: ConfigMap and key.
CONFIGURATION = {
    "ClusterConfiguration": ("kubeadm-config", "ClusterConfiguration"),
    "KubeletConfiguration": ("kubelet-config", "kubelet"),
    "KubeProxyConfiguration": ("kube-proxy", "config.conf"),
}


def take(cluster: Cluster, node: Node, *, with_data: bool = False) -> Bundle:
    """The backup of one control plane while it lives; etcd's data only where they are to be restored."""
    files = {f"pki/{name}": node.get(f"{PKI}/{name}") for name in _files(node, PKI)}
    files |= {f"manifests/{name}": node.get(f"{MANIFESTS}/{name}") for name in _files(node, MANIFESTS)}
    files |= {f"files/{name}": node.get(f"{FOLDER}/{name}") for name in _files(node, FOLDER) if _is_ones_own(name)}
    for kind, (config_map, key) in CONFIGURATION.items():
        text = cluster.api.get("ConfigMap", config_map, "kube-system")["data"][key]
        files[f"kubeadm/{kind}.yaml"] = text.encode()
    files["node.json"] = json.dumps(node_record(cluster.api.get("Node", node.name))).encode()
    if with_data:
        uid = cluster.api.get("Namespace", "kube-system")["metadata"]["uid"]
        files |= take_snapshot(_home_of_etcd(cluster, node), uid, signing_keys(Bundle(files).below("pki")))
    for home in cluster.of_role(Role.ETCD):
        files |= {f"etcd/{home.name}/pki/{name}": home.get(f"{PKI}/{name}") for name in _files(home, PKI)}
        files[f"etcd/{home.name}/{SERVICE}"] = home.get(UNIT)
    return Bundle(files)


def _home_of_etcd(cluster: Cluster, node: Node) -> Node:
    """Where the snapshot is taken: on the same machine, if etcd is there."""
    homes = cluster.etcd_nodes
    return node if node in homes else homes[0]


def _files(node: Node, folder: str) -> list[str]:
    listing = node.run(["find", folder, "-type", "f", "-printf", "%P\\n"])
    return sorted(listing.stdout.split())


def _is_ones_own(name: str) -> bool:
    return not name.startswith(_NOT_ONES_OWN) and not name.endswith(_KUBECONFIG)


def node_record(node: Mapping[str, Any]) -> dict[str, Any]:
    """What of a Node is put right after an init."""
    return {"labels": node["metadata"].get("labels") or {}, "taints": node.get("spec", {}).get("taints") or []}
