"""A second container in etcd's static pod that takes snapshots, put there by a patch for kubeadm."""

from __future__ import annotations

import posixpath
from typing import Any

import yaml

from harness.facts.containers import SHELL_IMAGE
from harness.facts.sidecar import SIDECAR, SIDECAR_EVERY, SIDECAR_SNAPSHOT

PATCHES = "/etc/kubernetes/patches"
_PATCH = f"{PATCHES}/etcd+strategic.yaml"
_FOLDER = posixpath.dirname(SIDECAR_SNAPSHOT)
_PKI = "/etc/kubernetes/pki/etcd"
_ETCDCTL = "/usr/bin/etcdctl"
#: The first process of a container gets no signal that it does not handle, and a pod would take its whole 30 s to end.
_LOOP = f"""trap 'exit 0' TERM
while :; do
    etcdctl --endpoints=https://127.0.0.1:2379 --cacert={_PKI}/ca.crt \\
        --cert={_PKI}/healthcheck-client.crt --key={_PKI}/healthcheck-client.key snapshot save {SIDECAR_SNAPSHOT}
    sleep {SIDECAR_EVERY.seconds} & wait $!
done
"""


def files() -> dict[str, str]:
    """The patch that has to be there when kubeadm writes etcd's manifest, by path."""
    return {_PATCH: yaml.safe_dump(_pod(), sort_keys=False)}


def told() -> dict[str, Any]:
    """What an InitConfiguration says of patches."""
    return {"patches": {"directory": PATCHES}}


def _pod() -> dict[str, Any]:
    container = {
        "name": SIDECAR,
        # etcd's own image has no shell that could repeat anything.
        "image": SHELL_IMAGE,
        "imagePullPolicy": "Never",
        "command": ["sh", "-c", _LOOP],
        "resources": {"requests": {"cpu": "10m"}},
        "volumeMounts": [
            {"name": "snapshots", "mountPath": _FOLDER},
            {"name": "etcdctl", "mountPath": _ETCDCTL, "readOnly": True},
            {"name": "etcd-certs", "mountPath": _PKI, "readOnly": True},
        ],
    }
    volumes = [
        {"name": "snapshots", "hostPath": {"path": _FOLDER, "type": "DirectoryOrCreate"}},
        {"name": "etcdctl", "hostPath": {"path": _ETCDCTL, "type": "File"}},
    ]
    return {
        "apiVersion": "v1",
        "kind": "Pod",
        "metadata": {"name": "etcd", "namespace": "kube-system"},
        # A patch alone puts what is new in front, and who looks for etcd looks at the first container.
        "spec": {"containers": [{"name": "etcd"}, container], "volumes": volumes},
    }
