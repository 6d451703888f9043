"""A freshly installed control plane takes over the etcd data disk of its predecessor."""

from __future__ import annotations

import json

import yaml

from harness.backup import Bundle
from harness.cluster import kubeadm
from harness.cluster.cluster import Cluster
from harness.lab import Node
from harness.recoveries.pki import put_back_pki


class AdoptDataDisk:
    """Mount the data disk, put the whole PKI back, and init with the configuration of before."""

    name = "adopt-data-disk"
    keeps_configuration = True

    def __init__(self, node: Node) -> None:
        self.node = node.name

    def run(self, cluster: Cluster, bundle: Bundle) -> None:
        """The steps, in the order in which an engineer would type them."""
        node = cluster.nodes[self.node]
        cluster.prepare(node)
        put_back_pki(node, bundle.below("pki"))
        node.put(kubeadm.CONFIG, _init_configuration(cluster, node, bundle), 0o600)
        with cluster.journal.wait("kubeadm init over the old data"):
            node.run(["kubeadm", "init", "--config", kubeadm.CONFIG, "--skip-token-print"])
        cluster.connect()
        _take_off_new_taints(node, bundle)
        # kubeadm does not sync what it writes, and what a power cut can still take is not recovered.
        node.run(["sync"])


def _init_configuration(cluster: Cluster, node: Node, bundle: Bundle) -> str:
    init = kubeadm.init_documents(cluster.spec, node.spec, cluster.traits)[0]
    kept = [yaml.safe_load(text) for name, text in sorted(bundle.files.items()) if name.startswith("kubeadm/")]
    return kubeadm.to_yaml(init, *kept)


def _take_off_new_taints(node: Node, bundle: Bundle) -> None:
    # A second init puts the control plane's taint on again, whether it was there before or not.
    before = {taint["key"] for taint in json.loads(bundle.files["node.json"])["taints"]}
    if kubeadm.CONTROL_PLANE_TAINT not in before:
        node.run(["kubectl", "taint", "nodes", node.name, f"{kubeadm.CONTROL_PLANE_TAINT}:NoSchedule-"])
