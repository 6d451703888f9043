"""When a cluster counts as ready, and what it is short of until then."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
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


def members_ready(api: ClusterApi, names: Iterable[str]) -> bool | NotYet:
    """Whether these nodes are Ready, whatever becomes of others."""
    ready = {node["metadata"]["name"] for node in api.list("Node") if is_ready(node)}
    waiting = sorted(set(names) - ready)
    return NotYet(f"not Ready: {', '.join(waiting)}") if waiting else True


def pods_ready(api: ClusterApi, namespaces: Iterable[str] | None = None) -> bool | NotYet:
    """Whether there are pods, and each one is Ready or has done its work."""
    chosen = [None] if namespaces is None else list(namespaces)
    pods = [pod for namespace in chosen for pod in api.list("Pod", namespace)]
    waiting = sorted(pod["metadata"]["name"] for pod in pods if not pod_is_fine(pod))
    if waiting or not pods:
        return NotYet(f"not Ready: {', '.join(waiting) or 'no pod at all'}")
    return True


def pod_is_fine(pod: Mapping[str, Any]) -> bool:
    """Whether a pod is Ready, or ended well; of a Job's pod that failed, a later one may do the work."""
    phase = pod.get("status", {}).get("phase")
    of_job = any(owner["kind"] == "Job" for owner in pod["metadata"].get("ownerReferences") or [])
    return phase == "Succeeded" or (phase == "Failed" and of_job) or is_ready(pod)


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


def static_pods(api: ClusterApi, node: str) -> frozenset[str]:
    """What kubelet runs from manifests on the node of this name, without its name, as far as the API was told.

    Those that a deleted node left behind do not count: kubelet takes one that was made from an equal manifest for its
    own, until the garbage collector takes it away.
    """
    uids = {one["metadata"]["uid"] for one in api.list("Node") if one["metadata"]["name"] == node}
    return frozenset(
        pod["metadata"]["name"].removesuffix(f"-{node}")
        for pod in api.list("Pod", "kube-system")
        for owner in pod["metadata"].get("ownerReferences") or []
        if owner["kind"] == "Node" and owner["uid"] in uids
    )


def static_pods_told(api: ClusterApi, node: str, before: Iterable[str]) -> bool | NotYet:
    """Whether the API knows of each static pod of a node: what kubelet fails to tell it tells again within 90 s."""
    missing = sorted(set(before) - static_pods(api, node))
    return NotYet(f"not told by '{node}': {', '.join(missing)}") if missing else True


@dataclass(frozen=True, slots=True, kw_only=True)
class Boot:
    """One boot of one machine."""

    id: str
    began: datetime


def nodes_of_boots(api: ClusterApi, boots: Mapping[str, Boot]) -> bool | NotYet:
    """Whether each machine's node is Ready by what kubelet said in this boot: etcd remembers what it said in others."""
    nodes = {node["metadata"]["name"]: node for node in api.list("Node")}
    waiting = sorted(
        name
        for name, boot in boots.items()
        if name not in nodes or not is_ready(nodes[name]) or _boot_id(nodes[name]) != boot.id
    )
    return NotYet(f"not Ready in this boot: {', '.join(waiting)}") if waiting else True


def pods_of_boots(api: ClusterApi, boots: Mapping[str, Boot]) -> bool | NotYet:
    """Whether each pod is Ready with containers of this boot of its machine, or has done its work."""
    pods = [pod for pod in api.list("Pod") if pod.get("status", {}).get("phase") != "Succeeded"]
    waiting = sorted(pod["metadata"]["name"] for pod in pods if not _is_of_boot(pod, boots))
    if waiting or not pods:
        return NotYet(f"not Ready in this boot: {', '.join(waiting) or 'no pod at all'}")
    return True


def led_since(api: ClusterApi, leases: Iterable[str], moment: datetime) -> bool | NotYet:
    """Whether somebody holds each lease, and has said so after this moment."""
    waiting = []
    for name in leases:
        told = api.get("Lease", name, "kube-system")["spec"]
        if not told.get("holderIdentity") or (told.get("renewTime") or "") < _as_told(moment):
            waiting.append(name)
    return NotYet(f"nobody leads: {', '.join(waiting)}") if waiting else True


def jobs_at_rest(api: ClusterApi, nodes: Iterable[str]) -> bool | NotYet:
    """Whether no pod of a job is at work on these nodes: one that is ended with its machine has failed."""
    there = set(nodes)
    working = sorted(
        pod["metadata"]["name"]
        for pod in api.list("Pod")
        if pod["spec"].get("nodeName") in there
        and pod.get("status", {}).get("phase") not in ("Succeeded", "Failed")
        and any(owner["kind"] == "Job" for owner in pod["metadata"].get("ownerReferences") or [])
    )
    return NotYet(f"at work: {', '.join(working)}") if working else True


def _is_of_boot(pod: Mapping[str, Any], boots: Mapping[str, Boot]) -> bool:
    boot = boots.get(pod["spec"].get("nodeName", ""))
    return boot is not None and is_ready(pod) and started(pod) >= _as_told(boot.began)


def _boot_id(node: Mapping[str, Any]) -> str:
    return str(node.get("status", {}).get("nodeInfo", {}).get("bootID", ""))


def _as_told(moment: datetime) -> str:
    """As the API writes it, to the second: what sorts before it was earlier."""
    return f"{moment:%Y-%m-%dT%H:%M:%S}"
