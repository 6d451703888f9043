"""The backup of a control plane: its whole PKI, how kubeadm set the cluster up, and what its Node looked like."""

from __future__ import annotations

import json
from typing import Any

from harness.backup.bundle import Bundle
from harness.cluster.cluster import Cluster
from harness.lab import Node

PKI = "/etc/kubernetes/pki"
#: Where each configuration lies in kube-system: ConfigMap and key.
_CONFIGURATION = {
    "ClusterConfiguration": ("kubeadm-config", "ClusterConfiguration"),
    "KubeletConfiguration": ("kubelet-config", "kubelet"),
    "KubeProxyConfiguration": ("kube-proxy", "config.conf"),
}


def take(cluster: Cluster, node: Node) -> Bundle:
    """The backup of one control plane while it lives."""
    files = {f"pki/{name}": node.get(f"{PKI}/{name}") for name in _pki_files(node)}
    for kind, (config_map, key) in _CONFIGURATION.items():
        text = cluster.api.get("ConfigMap", config_map, "kube-system")["data"][key]
        files[f"kubeadm/{kind}.yaml"] = text.encode()
    files["node.json"] = json.dumps(_node_record(cluster.api.get("Node", node.name))).encode()
    return Bundle(files)


def _pki_files(node: Node) -> list[str]:
    listing = node.run(["find", PKI, "-type", "f", "-printf", "%P\\n"])
    return sorted(listing.stdout.split())


def _node_record(node: dict[str, Any]) -> dict[str, Any]:
    return {"labels": node["metadata"].get("labels") or {}, "taints": node.get("spec", {}).get("taints") or []}
