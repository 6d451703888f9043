"""What a control plane may have beyond kubeadm's defaults: a second scheduler, admission rules, kubelet settings."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import yaml

from harness.cluster import flannel
from harness.spec import ClusterSpec

SCHEDULER = "second-scheduler"
MANIFEST = f"/etc/kubernetes/manifests/{SCHEDULER}.yaml"
_FOLDER = "/etc/kubernetes"
_ADMISSION = f"{_FOLDER}/admission"
_PROFILES = f"{_FOLDER}/{SCHEDULER}"
_KUBECONFIG = f"{_FOLDER}/scheduler.conf"
#: Beside that of the first scheduler, which is 10259.
_PORT = 10269
#: Another number than in clusters that are not customised.
KUBELET: Mapping[str, Any] = {"maxPods": 48}
API_SERVER: Mapping[str, Any] = {
    "extraArgs": [{"name": "admission-control-config-file", "value": f"{_ADMISSION}/config.yaml"}],
    "extraVolumes": [
        {
            "name": "admission",
            "hostPath": _ADMISSION,
            "mountPath": _ADMISSION,
            "readOnly": True,
            "pathType": "Directory",
        }
    ],
}


def files() -> dict[str, str]:
    """The files that have to be there before the control plane starts, by path."""
    return {
        f"{_ADMISSION}/config.yaml": yaml.safe_dump(_admission(), sort_keys=False),
        f"{_PROFILES}/config.yaml": yaml.safe_dump(_scheduler(), sort_keys=False),
    }


def manifest(spec: ClusterSpec) -> str:
    """The static pod of the second scheduler."""
    return yaml.safe_dump(_pod(spec.kubernetes), sort_keys=False)


def _admission() -> dict[str, Any]:
    level = {"enforce": "baseline", "enforce-version": "latest"}
    return {
        "apiVersion": "apiserver.config.k8s.io/v1",
        "kind": "AdmissionConfiguration",
        "plugins": [
            {
                "name": "PodSecurity",
                "configuration": {
                    "apiVersion": "pod-security.admission.config.k8s.io/v1",
                    "kind": "PodSecurityConfiguration",
                    "defaults": level,
                    "exemptions": {"namespaces": ["kube-system", flannel.NAMESPACE]},
                },
            }
        ],
    }


def _scheduler() -> dict[str, Any]:
    return {
        "apiVersion": "kubescheduler.config.k8s.io/v1",
        "kind": "KubeSchedulerConfiguration",
        "clientConnection": {"kubeconfig": _KUBECONFIG},
        # It may not touch any lease but that of the first scheduler, so it takes none.
        "leaderElection": {"leaderElect": False},
        "profiles": [{"schedulerName": SCHEDULER}],
    }


def _pod(version: str) -> dict[str, Any]:
    mounts = {"kubeconfig": (_KUBECONFIG, "FileOrCreate"), "profiles": (_PROFILES, "Directory")}
    command = [
        "kube-scheduler",
        f"--config={_PROFILES}/config.yaml",
        f"--secure-port={_PORT}",
        "--bind-address=127.0.0.1",
        f"--authentication-kubeconfig={_KUBECONFIG}",
        f"--authorization-kubeconfig={_KUBECONFIG}",
    ]
    probe = {"httpGet": {"host": "127.0.0.1", "path": "/readyz", "port": _PORT, "scheme": "HTTPS"}, "periodSeconds": 1}
    container = {
        "name": SCHEDULER,
        "image": f"registry.k8s.io/kube-scheduler:{version}",
        "imagePullPolicy": "IfNotPresent",
        "command": command,
        "readinessProbe": probe,
        "resources": {"requests": {"cpu": "50m"}},
        "volumeMounts": [{"name": name, "mountPath": path, "readOnly": True} for name, (path, _) in mounts.items()],
    }
    return {
        "apiVersion": "v1",
        "kind": "Pod",
        "metadata": {
            "name": SCHEDULER,
            "namespace": "kube-system",
            "labels": {"component": SCHEDULER, "tier": "control-plane"},
        },
        "spec": {
            "hostNetwork": True,
            "priorityClassName": "system-node-critical",
            "containers": [container],
            "volumes": [{"name": name, "hostPath": {"path": p, "type": sort}} for name, (p, sort) in mounts.items()],
        },
    }
