"""The manifests from which kubelet runs a control plane, with the flags that have consequences here."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Any

from harness.providers.rehearsal.control_plane import MANIFESTS
from harness.providers.rehearsal.documents import dump_yaml, load_yaml

if TYPE_CHECKING:
    from harness.providers.rehearsal.machine import SimulatedMachine


def _extra(cluster: Mapping[str, Any], part: str) -> dict[str, str]:
    return {one["name"]: one["value"] for one in cluster.get(part, {}).get("extraArgs", [])}


def write(machine: SimulatedMachine, cluster: Mapping[str, Any], patches: str | None = None) -> None:
    """One manifest for each of the four, or for three where etcd is elsewhere; patched where a folder is named."""
    elsewhere = cluster.get("etcd", {}).get("external")
    networking = cluster["networking"]
    subnet = networking.get("podSubnet")
    # Without the pods' network the controller-manager gives no addresses to new Nodes.
    allocation = {"allocate-node-cidrs": "true", "cluster-cidr": subnet} if subnet else {}
    peer = f"https://{machine.spec.ip}:2380"
    flags: dict[str, dict[str, str]] = {
        "etcd": {
            "name": machine.spec.called,
            "initial-advertise-peer-urls": peer,
            "data-dir": "/var/lib/etcd",
            **_extra(cluster.get("etcd", {}), "local"),
        },
        "kube-apiserver": {
            "advertise-address": str(machine.spec.ip),
            "etcd-servers": ",".join(elsewhere["endpoints"]) if elsewhere else "https://127.0.0.1:2379",
            **_extra(cluster, "apiServer"),
        },
        "kube-controller-manager": {
            "cluster-name": cluster["clusterName"],
            **allocation,
            **_extra(cluster, "controllerManager"),
        },
        "kube-scheduler": {"leader-elect": "true"},
    }
    if elsewhere:
        del flags["etcd"]
    for name, words in flags.items():
        command = [name, *(f"--{flag}={value}" for flag, value in words.items())]
        pod: dict[str, Any] = {
            "apiVersion": "v1",
            "kind": "Pod",
            "metadata": {"name": name, "namespace": "kube-system"},
            "spec": {"hostNetwork": True, "containers": [{"name": name, "command": command}]},
        }
        if name == "etcd":
            pod["spec"]["volumes"] = [{"name": "etcd-data", "hostPath": {"path": flags["etcd"]["data-dir"]}}]
        for path in machine.below(patches) if patches else ():
            if PurePosixPath(path).name.startswith(name):
                _patch(pod["spec"], load_yaml(machine.read(path) or b"")["spec"])
        machine.write(f"{MANIFESTS}/{name}.yaml", dump_yaml(pod), 0o600)


def _patch(pod: dict[str, Any], patch: Mapping[str, list[dict[str, Any]]]) -> None:
    """Merge lists by the names of their items, as far as drills patch anything: what has a new name is added."""
    for key, items in patch.items():
        known = {one["name"] for one in pod.setdefault(key, [])}
        pod[key] += [one for one in items if one["name"] not in known]
