"""The kinds of objects that drills touch, as the API addresses them."""

from __future__ import annotations

from functools import cache
from typing import Any

from lightkube.generic_resource import create_global_resource, create_namespaced_resource

from harness.errors import LabError

#: Kind: group, version, plural, namespaced.
_KINDS: dict[str, tuple[str, str, str, bool]] = {
    "Namespace": ("", "v1", "namespaces", False),
    "Node": ("", "v1", "nodes", False),
    "PersistentVolume": ("", "v1", "persistentvolumes", False),
    "ConfigMap": ("", "v1", "configmaps", True),
    "Event": ("", "v1", "events", True),
    "LimitRange": ("", "v1", "limitranges", True),
    "PersistentVolumeClaim": ("", "v1", "persistentvolumeclaims", True),
    "Pod": ("", "v1", "pods", True),
    "Secret": ("", "v1", "secrets", True),
    "Service": ("", "v1", "services", True),
    "ServiceAccount": ("", "v1", "serviceaccounts", True),
    "ControllerRevision": ("apps", "v1", "controllerrevisions", True),
    "DaemonSet": ("apps", "v1", "daemonsets", True),
    "Deployment": ("apps", "v1", "deployments", True),
    "ReplicaSet": ("apps", "v1", "replicasets", True),
    "StatefulSet": ("apps", "v1", "statefulsets", True),
    "CronJob": ("batch", "v1", "cronjobs", True),
    "Job": ("batch", "v1", "jobs", True),
    "CertificateSigningRequest": ("certificates.k8s.io", "v1", "certificatesigningrequests", False),
    "Lease": ("coordination.k8s.io", "v1", "leases", True),
    "EndpointSlice": ("discovery.k8s.io", "v1", "endpointslices", True),
    "PodDisruptionBudget": ("policy", "v1", "poddisruptionbudgets", True),
    "ClusterRole": ("rbac.authorization.k8s.io", "v1", "clusterroles", False),
    "ClusterRoleBinding": ("rbac.authorization.k8s.io", "v1", "clusterrolebindings", False),
    "Role": ("rbac.authorization.k8s.io", "v1", "roles", True),
    "RoleBinding": ("rbac.authorization.k8s.io", "v1", "rolebindings", True),
}


@cache
def resource(kind: str) -> Any:
    """The class by which the client addresses a kind; its objects are plain mappings, as the API sent them."""
    try:
        group, version, plural, namespaced = _KINDS[kind]
    except KeyError as unknown:
        raise LabError(f"The harness has no address for objects of kind '{kind}'") from unknown
    make = create_namespaced_resource if namespaced else create_global_resource
    return make(group, version, kind, plural)


def is_namespaced(kind: str) -> bool:
    """Whether objects of this kind live in a namespace."""
    return _KINDS[kind][3]
