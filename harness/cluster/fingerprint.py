"""What must survive, put on record as the API and the machines tell it."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping
from typing import Any

from harness.cluster import canary, flannel
from harness.cluster.cluster import Cluster
from harness.facts import CLUSTER, Fact
from harness.facts.config import CLUSTER_INFO, KUBE_PROXY_CONFIG, KUBEADM_CONFIG, KUBELET_CONFIG, KubeConfigMap
from harness.facts.objects import NODES, OBJECTS, PODS, SPARE_NODE
from harness.journal import Kind
from harness.providers.seam import ApiError

#: What is chosen to be compared: kind and namespace.
CHOSEN: tuple[tuple[str, str | None], ...] = (
    ("Namespace", None),
    ("PersistentVolume", None),
    ("ClusterRole", None),
    ("ClusterRoleBinding", None),
    ("ConfigMap", flannel.NAMESPACE),
    ("DaemonSet", flannel.NAMESPACE),
    ("DaemonSet", "kube-system"),
    ("Deployment", "kube-system"),
    ("Service", "kube-system"),
    ("Service", "default"),
    ("Pod", canary.SEED_NAMESPACE),
    ("PersistentVolumeClaim", canary.NAMESPACE),
    ("Secret", canary.NAMESPACE),
    ("ServiceAccount", canary.NAMESPACE),
    ("Deployment", canary.NAMESPACE),
    ("Service", canary.NAMESPACE),
    ("StatefulSet", canary.NAMESPACE),
    ("CronJob", canary.NAMESPACE),
)
_CONTENT = ("spec", "data", "rules", "roleRef", "subjects", "type")
_POD_STATUS = ("phase", "conditions", "containerStatuses")


class Fingerprint:
    """Asks the cluster for what is compared before and after."""

    def __init__(self, cluster: Cluster) -> None:
        self._cluster = cluster
        self._journal = cluster.journal

    def note(self, fact: Fact[object], moment: str, answer: Callable[[], Any], *, subject: str = CLUSTER) -> None:
        """Put one answer on record; an API that refuses is an answer as well."""
        started = self._journal.clock.monotonic()
        try:
            status, stdout, stderr = 0, json.dumps(answer(), sort_keys=True), ""
        except ApiError as error:
            status, stdout, stderr = error.status or 1, "", str(error)
        self._journal.write(
            Kind.FACT,
            fact=fact.name,
            subject=subject,
            moment=moment,
            argv=list(fact.argv),
            status=status,
            stdout=stdout,
            stderr=stderr,
            seconds=round(self._journal.clock.monotonic() - started, 3),
        )

    def objects(self, moment: str) -> None:
        """The chosen objects: UID and content."""
        self.note(OBJECTS, moment, lambda: [trimmed(item) for kind, ns in CHOSEN for item in self._list(kind, ns)])

    def nodes(self, moment: str) -> None:
        """The Nodes with labels, taints and conditions."""
        self.note(NODES, moment, lambda: [_node(node) for node in self._list("Node")])

    def pods(self, moment: str) -> None:
        """All pods with where and how they run."""
        self.note(PODS, moment, lambda: [_pod(pod) for pod in self._list("Pod")])

    def configuration(self, moment: str) -> None:
        """What kubeadm wrote down about the cluster."""
        self.note(CLUSTER_INFO, moment, lambda: self._data("cluster-info", "kube-public"))
        for fact in (KUBEADM_CONFIG, KUBE_PROXY_CONFIG, KUBELET_CONFIG):
            self._config(fact, moment)

    def spare_node(self, moment: str) -> None:
        """The Node that the spare machine became."""
        self.note(SPARE_NODE, moment, lambda: _node(self._cluster.api.get("Node", self._cluster.spare.name)))

    def _config(self, fact: KubeConfigMap, moment: str) -> None:
        self.note(fact, moment, lambda: self._data(fact.config_map, "kube-system"))

    def _data(self, name: str, namespace: str) -> dict[str, Any]:
        return {"data": self._cluster.api.get("ConfigMap", name, namespace).get("data") or {}}

    def _list(self, kind: str, namespace: str | None = None) -> list[dict[str, Any]]:
        return self._cluster.api.list(kind, namespace)


def trimmed(item: Mapping[str, Any]) -> dict[str, Any]:
    """An object as far as it is compared; of a Secret only digests."""
    metadata = item["metadata"]
    content: dict[str, Any] = {key: item[key] for key in _CONTENT if key in item}
    if item["kind"] == "Secret":
        content["data"] = {
            key: f"sha256:{hashlib.sha256(value.encode()).hexdigest()}" for key, value in item.get("data", {}).items()
        }
    return {
        "kind": item["kind"],
        "namespace": metadata.get("namespace"),
        "name": metadata["name"],
        "uid": metadata["uid"],
        "content": {"labels": metadata.get("labels") or {}, **content},
    }


def _metadata(item: Mapping[str, Any], *more: str) -> dict[str, Any]:
    wanted = ("name", "namespace", "uid", "labels", "ownerReferences", *more)
    return {key: item["metadata"][key] for key in wanted if key in item["metadata"]}


def _node(node: Mapping[str, Any]) -> dict[str, Any]:
    status = {key: node["status"][key] for key in ("conditions", "addresses", "nodeInfo") if key in node["status"]}
    return {"metadata": _metadata(node), "spec": node.get("spec", {}), "status": status}


def _pod(pod: Mapping[str, Any]) -> dict[str, Any]:
    status = {key: pod["status"][key] for key in _POD_STATUS if key in pod["status"]}
    return {
        "metadata": _metadata(pod, "annotations", "deletionTimestamp"),
        "spec": {"nodeName": pod["spec"].get("nodeName")},
        "status": status,
    }
