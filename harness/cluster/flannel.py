"""flannel as a real DaemonSet: the network that pods get by default."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from harness.spec import ClusterSpec

NAMESPACE = "kube-flannel"
CNI_CONFIG = "/etc/cni/net.d/10-flannel.conflist"
#: By default it is in /run and forgotten with each boot: then nothing can run before flannel itself has found the API,
#: and kubelet pauses longer with each attempt.
SUBNET = "/var/lib/flannel"
_SUBNET_FILE = "subnet.env"
_LABELS = {"app": "flannel", "k8s-app": "flannel", "tier": "node"}


def manifests(spec: ClusterSpec, *, image: str, plugin_image: str, straight: bool = False) -> Iterator[dict[str, Any]]:
    """All objects of flannel, in the order in which they are applied; straight to the API it needs no kube-proxy."""
    yield {
        "apiVersion": "v1",
        "kind": "Namespace",
        "metadata": {
            "name": NAMESPACE,
            "labels": {"k8s-app": "flannel", "pod-security.kubernetes.io/enforce": "privileged"},
        },
    }
    yield {"apiVersion": "v1", "kind": "ServiceAccount", "metadata": {"name": "flannel", "namespace": NAMESPACE}}
    yield from _access()
    yield {
        "apiVersion": "v1",
        "kind": "ConfigMap",
        "metadata": {"name": "kube-flannel-cfg", "namespace": NAMESPACE, "labels": _LABELS},
        "data": {"cni-conf.json": json.dumps(_CNI), "net-conf.json": json.dumps(_network(spec))},
    }
    yield {
        "apiVersion": "apps/v1",
        "kind": "DaemonSet",
        "metadata": {"name": "kube-flannel-ds", "namespace": NAMESPACE, "labels": _LABELS},
        "spec": {
            "selector": {"matchLabels": {"app": "flannel"}},
            "template": {
                "metadata": {"labels": _LABELS},
                "spec": _pod(image, plugin_image, _at(spec) if straight else []),
            },
        },
    }


def _access() -> Iterator[dict[str, Any]]:
    metadata = {"name": "flannel", "labels": {"k8s-app": "flannel"}}
    yield {
        "apiVersion": "rbac.authorization.k8s.io/v1",
        "kind": "ClusterRole",
        "metadata": metadata,
        "rules": [
            {"apiGroups": [""], "resources": ["pods"], "verbs": ["get"]},
            {"apiGroups": [""], "resources": ["nodes"], "verbs": ["get", "list", "watch"]},
            {"apiGroups": [""], "resources": ["nodes/status"], "verbs": ["patch"]},
        ],
    }
    yield {
        "apiVersion": "rbac.authorization.k8s.io/v1",
        "kind": "ClusterRoleBinding",
        "metadata": metadata,
        "roleRef": {"apiGroup": "rbac.authorization.k8s.io", "kind": "ClusterRole", "name": "flannel"},
        "subjects": [{"kind": "ServiceAccount", "name": "flannel", "namespace": NAMESPACE}],
    }


#: The network is announced once flannel has its subnet. Announced before, the first pods fail to get an address, and
#: kubelet tries again only after some 15 s. Not a postStart hook: kubeadm restarts kubelet while it runs, which ends
#: the hook for good, and the machine is left without a network for its pods.
_SOURCE = "/etc/kube-flannel/cni-conf.json"
_ANNOUNCE = (
    f"until [ -s /run/flannel/{_SUBNET_FILE} ]; do sleep 0.1; done; "
    # Written again, it would be half a file for a moment, and pods begun in that moment would fail.
    f'[ "$(cat {_SOURCE})" = "$(cat {CNI_CONFIG} 2>&1)" ] || cp -f {_SOURCE} {CNI_CONFIG}'
)
#: A flannel that finds no API ends, and kubelet would wait 10, 20, 40 s before it starts it again; here it tries anew.
_RUN = f'({_ANNOUNCE}) & trap "exit 0" TERM; until /opt/bin/flanneld "$@" & wait $!; do sleep 1; done'
_CNI = {
    "name": "cbr0",
    "cniVersion": "0.3.1",
    "plugins": [
        {
            "type": "flannel",
            "subnetFile": f"{SUBNET}/{_SUBNET_FILE}",
            "delegate": {"hairpinMode": True, "isDefaultGateway": True},
        },
        {"type": "portmap", "capabilities": {"portMappings": True}},
    ],
}


def _network(spec: ClusterSpec) -> dict[str, Any]:
    # All machines are on one layer 2, so plain routes do, and no kernel module is needed.
    return {"Network": str(spec.pod_subnet), "EnableNFTables": True, "Backend": {"Type": "host-gw"}}


def _at(spec: ClusterSpec) -> list[dict[str, Any]]:
    """Where the API is for a program that takes its own word for the Service's address."""
    host, _, port = spec.endpoint_address.rpartition(":")
    told = {"KUBERNETES_SERVICE_HOST": host, "KUBERNETES_SERVICE_PORT": port}
    return [{"name": name, "value": value} for name, value in told.items()]


def _pod(image: str, plugin_image: str, more: list[dict[str, Any]]) -> dict[str, Any]:
    field = {"fieldRef": {"fieldPath": "metadata.name"}}
    namespace = {"fieldRef": {"fieldPath": "metadata.namespace"}}
    return {
        "hostNetwork": True,
        "priorityClassName": "system-node-critical",
        "tolerations": [{"operator": "Exists", "effect": "NoSchedule"}],
        "serviceAccountName": "flannel",
        "initContainers": [
            {
                "name": "install-cni-plugin",
                "image": plugin_image,
                "command": ["cp", "-f", "/flannel", "/opt/cni/bin/flannel"],
                "volumeMounts": [{"name": "cni-plugin", "mountPath": "/opt/cni/bin"}],
            },
        ],
        "containers": [
            {
                "name": "kube-flannel",
                "image": image,
                "command": ["sh", "-c", _RUN, "flanneld"],
                "args": ["--ip-masq", "--kube-subnet-mgr"],
                "resources": {"requests": {"cpu": "100m", "memory": "50Mi"}},
                "securityContext": {"privileged": True},
                "env": [
                    {"name": "POD_NAME", "valueFrom": field},
                    {"name": "POD_NAMESPACE", "valueFrom": namespace},
                    *more,
                ],
                "volumeMounts": [
                    {"name": "subnet", "mountPath": "/run/flannel"},
                    {"name": "cni", "mountPath": "/etc/cni/net.d"},
                    {"name": "flannel-cfg", "mountPath": "/etc/kube-flannel/"},
                ],
            }
        ],
        "volumes": [
            {"name": "subnet", "hostPath": {"path": SUBNET, "type": "DirectoryOrCreate"}},
            {"name": "cni-plugin", "hostPath": {"path": "/opt/cni/bin"}},
            {"name": "cni", "hostPath": {"path": "/etc/cni/net.d", "type": "DirectoryOrCreate"}},
            {"name": "flannel-cfg", "configMap": {"name": "kube-flannel-cfg"}},
        ],
    }
