"""The static pods of several control planes get manifests of one new revision."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import yaml

from harness.cluster.cluster import Cluster
from harness.facts.objects import REDEPLOYED_FOR
from harness.lab import Node
from harness.recoveries.static_pods import ASIDE

_PROGRAMS = ("etcd", "kube-apiserver", "kube-controller-manager", "kube-scheduler")
_STATE = "--initial-cluster-state="
_PEERS = "--initial-cluster="


def reason(cluster: Cluster) -> str:
    """Why the pods are deployed anew: never the same twice, because of the time in it."""
    return f"recovery-{cluster.journal.clock.now():%Y-%m-%d %H:%M:%S.%f%z}"


def write_new_revision(node: Node, why: str, peers: Mapping[str, str] | None = None) -> None:
    """Write the reason into each stopped manifest, and into that of etcd whom it finds when it starts without data."""
    for name in _PROGRAMS:
        path = f"{ASIDE}/{name}.yaml"
        pod: dict[str, Any] = yaml.safe_load(node.get(path))
        pod["metadata"].setdefault("annotations", {})[REDEPLOYED_FOR] = why
        if name == "etcd" and peers:
            _introduce(pod, peers)
        node.put(path, yaml.safe_dump(pod, sort_keys=False), 0o600)


def _introduce(pod: dict[str, Any], peers: Mapping[str, str]) -> None:
    container = pod["spec"]["containers"][0]
    kept = [word for word in container["command"] if not word.startswith((_PEERS, _STATE))]
    told = ",".join(f"{name}={url}" for name, url in peers.items())
    container["command"] = [*kept, f"{_PEERS}{told}", f"{_STATE}existing"]
