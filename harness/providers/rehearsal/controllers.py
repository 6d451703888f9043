"""Controllers and the scheduler, just enough that workloads get pods and Services get addresses."""

from __future__ import annotations

import json
import zlib
from collections.abc import Mapping
from ipaddress import IPv4Network
from typing import TYPE_CHECKING, Any

from harness.providers.rehearsal.customs import schedulers
from harness.providers.rehearsal.etcd import Item
from harness.providers.rehearsal.eviction import Evictions, best_of, is_leaving
from harness.providers.rehearsal.handover import good_tokens
from harness.providers.rehearsal.server import ObjectStore
from harness.providers.rehearsal.world import World

if TYPE_CHECKING:
    from harness.providers.rehearsal.control_plane import ControlPlane

_LETTERS = "bcdfghjklmnpqrstvwxz2456789"
#: How long the controller-manager waits before it takes a silent Node for lost.
_GRACE_SECONDS = 40.0
_OWNERS = ("DaemonSet", "ReplicaSet", "StatefulSet")


class Controllers:
    """What leads among controller-managers, and among schedulers, does in one step."""

    def __init__(self, world: World, plane: ControlPlane, store: ObjectStore) -> None:
        self._world = world
        self._plane = plane
        self._store = store
        self._etcd = store.etcd
        self._started = world.clock.monotonic()
        self._evictions = Evictions(store)
        #: The turn of etcd at which nothing was left to do but what time brings.
        self._settled = -1

    def step(self) -> bool:
        """Bring what is a little nearer to what is asked for; whether nothing was left to do but what time brings."""
        before = self._etcd.turns
        if self._settled != before:
            self._accounts()
        self._sign_tokens()
        self._nodes()
        if self._settled == self._etcd.turns:
            return True
        self._workloads()
        self._collect_garbage()
        self._endpoints()
        self._settled = before if self._etcd.turns == before else -1
        return self._settled == before

    def _workloads(self) -> None:
        for item in self._etcd.of_kind("DaemonSet"):
            self._daemon_set(item)
        for item in self._etcd.of_kind("Deployment"):
            self._deployment(item)
        for item in self._etcd.of_kind("StatefulSet"):
            self._pods(item, item["spec"]["replicas"], lambda name, number: f"{name}-{number}")
        for item in self._etcd.of_kind("Job"):
            self._job(item)

    def _accounts(self) -> None:
        for namespace in self._etcd.of_kind("Namespace"):
            name = namespace["metadata"]["name"]
            if self._etcd.find("ServiceAccount", "default", name) is None:
                account = {"apiVersion": "v1", "kind": "ServiceAccount"}
                self._store.apply({**account, "metadata": {"name": "default", "namespace": name}})
            published = {"apiVersion": "v1", "kind": "ConfigMap", "data": {"ca.crt": self._plane.ca.decode()}}
            self._store.apply({**published, "metadata": {"name": "kube-root-ca.crt", "namespace": name}})

    def _sign_tokens(self) -> None:
        """cluster-info carries a signature for each token, until it expires."""
        info = self._etcd.find("ConfigMap", "cluster-info", "kube-public")
        if info is not None:
            signed = {f"jws-kubeconfig-{name}": name for name in good_tokens(self._store, self._world.clock.now())}
            data = {"kubeconfig": info["data"]["kubeconfig"], **signed}
            if data != info["data"]:
                self._etcd.put({**info, "data": data})

    def _nodes(self) -> None:
        now, subnet = self._world.clock.monotonic(), self._plane.flags.get("cluster-cidr")
        nodes = self._etcd.of_kind("Node")
        taken = {node["spec"].get("podCIDR") for node in nodes}
        for node in nodes:
            if subnet and "podCIDR" not in node["spec"]:
                free = next(str(one) for one in IPv4Network(subnet).subnets(new_prefix=24) if str(one) not in taken)
                taken.add(free)
                self._store.set_spec(node, podCIDR=free, podCIDRs=[free])
            elif now - max(self._etcd.heard_of.get(node["metadata"]["name"], 0.0), self._started) > _GRACE_SECONDS:
                unknown = {"type": "Ready", "status": "Unknown", "reason": "NodeStatusUnknown"}
                self._store.set_status(node, {**node["status"], "conditions": [unknown]})
                told = self._store.need("Node", node["metadata"]["name"])
                self._evictions.lost(told, now, self._world.clock.now().strftime("%Y-%m-%dT%H:%M:%SZ"))
            else:
                self._evictions.found(node)

    def _daemon_set(self, item: Item) -> None:
        placed = {pod["spec"].get("nodeName") for pod in self._owned(item)}
        for node in self._etcd.of_kind("Node"):
            name = node["metadata"]["name"]
            if name not in placed and _tolerates(item["spec"]["template"]["spec"], node):
                self._make_pod(item, f"{item['metadata']['name']}-{self._suffix()}", {"nodeName": name})

    def _deployment(self, item: Item) -> None:
        template, wanted = item["spec"]["template"], item["spec"].get("replicas", 1)
        digest = f"{zlib.crc32(json.dumps(template, sort_keys=True).encode()):08x}"
        current = self._replica_set(item, f"{item['metadata']['name']}-{digest}")
        pods = self._pods(current, wanted, lambda name, _: f"{name}-{self._suffix()}")
        ready = sum(1 for pod in pods if is_ready(pod))
        older = [
            one
            for one in self._etcd.of_kind("ReplicaSet", item["metadata"]["namespace"])
            if _is_owned(one, item) and one["metadata"]["name"] != current["metadata"]["name"]
        ]
        if ready >= wanted:
            for replica_set in older:
                self._etcd.remove(replica_set)
        old_pods = sum(len(self._owned(one)) for one in older)
        status = {"observedGeneration": item["metadata"]["generation"], "replicas": len(pods) + old_pods}
        self._store.set_status(
            item, {**status, "updatedReplicas": len(pods), "readyReplicas": ready, "availableReplicas": ready}
        )

    def _job(self, item: Item) -> None:
        """A pod that failed is followed by another one."""
        if all(pod["status"].get("phase") == "Failed" for pod in self._owned(item)):
            self._make_pod(item, f"{item['metadata']['name']}-{self._suffix()}", {})

    def _replica_set(self, owner: Item, name: str) -> Item:
        spec = {key: owner["spec"][key] for key in ("selector", "template")}
        metadata = {
            "name": name,
            "namespace": owner["metadata"]["namespace"],
            "ownerReferences": [_reference(owner)],
        }
        return self._store.apply({"apiVersion": "apps/v1", "kind": "ReplicaSet", "metadata": metadata, "spec": spec})

    def _pods(self, owner: Item, wanted: int, name: Any) -> list[Item]:
        pods = self._owned(owner)
        for number in range(len(pods), wanted):
            pods.append(self._make_pod(owner, name(owner["metadata"]["name"], number), {}))
        return pods

    def _owned(self, owner: Item) -> list[Item]:
        # Of a StatefulSet's pod there is never a second one, though the first was told to leave.
        patient = owner["kind"] == "StatefulSet"
        pods = self._etcd.of_kind("Pod", owner["metadata"]["namespace"])
        return [pod for pod in pods if _is_owned(pod, owner) and (patient or not is_leaving(pod))]

    def _make_pod(self, owner: Item, name: str, spec: Mapping[str, Any]) -> Item:
        template = owner["spec"]["template"]
        metadata = {
            **template.get("metadata", {}),
            "name": name,
            "namespace": owner["metadata"]["namespace"],
            "ownerReferences": [_reference(owner)],
        }
        pod = {"apiVersion": "v1", "kind": "Pod", "metadata": metadata, "spec": {**template["spec"], **spec}}
        return self._store.apply(pod)

    def _collect_garbage(self) -> None:
        deployments = {one["metadata"]["uid"] for one in self._etcd.of_kind("Deployment")}
        for replica_set in self._etcd.of_kind("ReplicaSet"):
            if replica_set["metadata"]["ownerReferences"][0]["uid"] not in deployments:
                self._etcd.remove(replica_set)
        owners = {one["metadata"]["uid"] for kind in _OWNERS for one in self._etcd.of_kind(kind)}
        for pod in self._etcd.of_kind("Pod"):
            wanted = [one for one in pod["metadata"].get("ownerReferences", []) if one["kind"] in _OWNERS]
            if wanted and wanted[0]["uid"] not in owners:
                self._etcd.remove(pod)

    def schedule(self) -> None:
        """Give each pod that has none a machine."""
        homeless = [pod for pod in self._etcd.of_kind("Pod") if "nodeName" not in pod["spec"]]
        working = set(schedulers(self._plane.machine) if homeless else ())
        for pod in homeless:
            if pod["spec"].get("schedulerName", "default-scheduler") in working:
                bound = self._bound_to(pod)
                suited = [
                    str(node["metadata"]["name"])
                    for node in self._etcd.of_kind("Node")
                    if is_ready(node)
                    and _tolerates(pod["spec"], node)
                    and bound in (None, node["metadata"]["name"])
                    and not node["spec"].get("unschedulable")
                ]
                name = best_of(suited, pod, self._etcd.of_kind("Pod", pod["metadata"]["namespace"]))
                if name is not None:
                    self._store.set_spec(pod, nodeName=name)

    def _bound_to(self, pod: Item) -> str | None:
        """The only Node that has the pod's volume, or that it names, if it has one."""
        named = pod["spec"].get("nodeSelector", {}).get("kubernetes.io/hostname")
        if named is not None:
            return str(named)
        for volume in pod["spec"].get("volumes", []):
            claim = volume.get("persistentVolumeClaim", {}).get("claimName")
            found = self._etcd.find("PersistentVolume", claim) if claim else None
            if found is not None:
                term = found["spec"]["nodeAffinity"]["required"]["nodeSelectorTerms"][0]
                return str(term["matchExpressions"][0]["values"][0])
        return None

    def _endpoints(self) -> None:
        for service in self._etcd.of_kind("Service"):
            selector = service["spec"].get("selector")
            namespace, name = service["metadata"]["namespace"], service["metadata"]["name"]
            if selector:
                pods = [pod for pod in self._etcd.of_kind("Pod", namespace) if _has_labels(pod, selector)]
                addresses = [
                    {"addresses": [pod["status"]["podIP"]]} for pod in pods if is_ready(pod) and not is_leaving(pod)
                ]
                slice_ = {"apiVersion": "discovery.k8s.io/v1", "kind": "EndpointSlice", "endpoints": addresses}
                self._store.apply({**slice_, "metadata": {"name": name, "namespace": namespace}})

    def _suffix(self) -> str:
        return "".join(self._world.random.choices(_LETTERS, k=5))


def is_ready(item: Item) -> bool:
    """Whether the Ready condition is true."""
    conditions = item.get("status", {}).get("conditions", [])
    return any(one["type"] == "Ready" and one["status"] == "True" for one in conditions)


def _tolerates(spec: Mapping[str, Any], node: Item) -> bool:
    taints = [taint["key"] for taint in node["spec"].get("taints", []) if taint["effect"] == "NoSchedule"]
    tolerated = [one.get("key") for one in spec.get("tolerations", [])]
    return None in tolerated or all(key in tolerated for key in taints)


def _reference(owner: Item) -> dict[str, Any]:
    named = {"kind": owner["kind"], "name": owner["metadata"]["name"], "uid": owner["metadata"]["uid"]}
    return {"apiVersion": owner["apiVersion"], "controller": True, **named}


def _is_owned(item: Item, owner: Item) -> bool:
    return any(one["uid"] == owner["metadata"]["uid"] for one in item["metadata"].get("ownerReferences", []))


def _has_labels(item: Item, wanted: Mapping[str, str]) -> bool:
    labels = item["metadata"].get("labels", {})
    return all(labels.get(key) == value for key, value in wanted.items())
