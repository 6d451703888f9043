"""kubeadm makes a control plane once more, from the configuration of before."""

from __future__ import annotations

import posixpath

import yaml

from harness.backup import Bundle
from harness.backup.control_plane import FOLDER
from harness.cluster import kubeadm, sidecar
from harness.cluster.cluster import Cluster
from harness.lab import Node
from harness.strict_json import json_value

_PATCHES = f"files/{posixpath.relpath(sidecar.PATCHES, FOLDER)}/"


def init_again(cluster: Cluster, node: Node, bundle: Bundle) -> None:
    """Init over data that are there already, and put right what a second init rewrites."""
    node.put(kubeadm.CONFIG, configuration(cluster, node, bundle), 0o600)
    with cluster.journal.wait("kubeadm init over the old data"):
        node.run(["kubeadm", "init", "--config", kubeadm.CONFIG, "--skip-token-print"])
    cluster.connect()
    _take_off_new_taints(node, bundle)


def configuration(cluster: Cluster, node: Node, bundle: Bundle) -> str:
    """What kubeadm is told: how the machine names itself, and the configuration of before."""
    init = kubeadm.init_documents(cluster.spec, node.spec, cluster.traits)[0]
    if any(name.startswith(_PATCHES) for name in bundle.files):
        # The cluster's own configuration does not tell of them: they are told to each machine.
        init |= sidecar.told()
    kept = [yaml.safe_load(text) for name, text in sorted(bundle.files.items()) if name.startswith("kubeadm/")]
    return kubeadm.to_yaml(init, *kept)


def _take_off_new_taints(node: Node, bundle: Bundle) -> None:
    # A second init puts the control plane's taint on again, whether it was there before or not.
    before = {taint["key"] for taint in json_value(bundle.files["node.json"])["taints"]}
    if kubeadm.CONTROL_PLANE_TAINT not in before:
        node.run(["kubectl", "taint", "nodes", node.spec.called, f"{kubeadm.CONTROL_PLANE_TAINT}:NoSchedule-"])
