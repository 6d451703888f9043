"""When a cluster counts as ready, and what it is short of until then."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from harness.clock import NotYet
from harness.providers.seam import ClusterApi


def nodes_ready(api: ClusterApi, expected: Iterable[str] = ()) -> bool | NotYet:
    """Whether every node is Ready, the expected ones among them."""
    nodes = {node["metadata"]["name"]: is_ready(node) for node in api.list("Node")}
    missing = set(expected) - set(nodes)
    waiting = sorted(missing | {name for name, ready in nodes.items() if not ready})
    if waiting or not nodes:
        return NotYet(f"not Ready: {', '.join(waiting) or 'no node at all'}")
    return True


def pods_ready(api: ClusterApi, namespaces: Iterable[str] | None = None) -> bool | NotYet:
    """Whether there are pods, and each one is Ready or has done its work."""
    chosen = [None] if namespaces is None else list(namespaces)
    pods = [pod for namespace in chosen for pod in api.list("Pod", namespace)]
    waiting = sorted(pod["metadata"]["name"] for pod in pods if not pod_is_fine(pod))
    if waiting or not pods:
        return NotYet(f"not Ready: {', '.join(waiting) or 'no pod at all'}")
    return True


def pod_is_fine(pod: Mapping[str, Any]) -> bool:
    """Whether a pod is Ready, or ended well."""
    return pod.get("status", {}).get("phase") == "Succeeded" or is_ready(pod)


def is_ready(item: Mapping[str, Any]) -> bool:
    """Whether the object's Ready condition is true."""
    conditions = item.get("status", {}).get("conditions") or []
    return any(each["type"] == "Ready" and each["status"] == "True" for each in conditions)


def started(pod: Mapping[str, Any]) -> str:
    """When the pod's last container started, in the API's own sortable form; empty if none runs."""
    states = (status.get("state", {}).get("running") for status in pod.get("status", {}).get("containerStatuses") or [])
    return max((state["startedAt"] for state in states if state), default="")


def pods_started_anew(api: ClusterApi, node: str, before: Mapping[str, str]) -> bool | NotYet:
    """Whether each pod of a rebooted node is Ready with containers younger than before: older news is not believed."""
    pods = [pod for pod in api.list("Pod") if pod["spec"].get("nodeName") == node]
    old = sorted(
        pod["metadata"]["name"]
        for pod in pods
        if pod.get("status", {}).get("phase") != "Succeeded"
        and not (is_ready(pod) and started(pod) > before.get(pod["metadata"]["uid"], ""))
    )
    return NotYet(f"not started anew: {', '.join(old)}") if old or not pods else True
