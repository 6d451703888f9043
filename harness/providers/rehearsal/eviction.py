"""Who has to leave a simulated machine, and where who has none goes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from harness.facts.fact import Output
from harness.providers.rehearsal.etcd import Item
from harness.providers.rehearsal.server import ObjectStore

if TYPE_CHECKING:
    from harness.providers.rehearsal.machine import SimulatedMachine

_UNREACHABLE = "node.kubernetes.io/unreachable"
_CORDONED = "node.kubernetes.io/unschedulable"
#: For so long a pod stays on a lost machine that does not say for how long.
_DEFAULT_SECONDS = 300.0
_UNABLE = "error: unable to drain node due to error"
_WITH_BYTES = "cannot delete Pods with local storage (use --delete-emptydir-data to override)"
_NO_CONTROLLER = "cannot delete Pods that declare no controller (use --force to override)"
_OF_DAEMON_SETS = "cannot delete DaemonSet-managed Pods (use --ignore-daemonsets to ignore)"
#: What a drain takes once all that may be lost is agreed to.
_DRAIN_SECONDS = 7.0


def is_leaving(pod: Item) -> bool:
    """Whether it was told to end."""
    return "deletionTimestamp" in pod["metadata"]


def own_bytes(pod: Item) -> str:
    """Where it keeps on its machine what lives as long as it does."""
    return f"/var/lib/kubelet/pods/{pod['metadata']['uid']}/volumes/kubernetes.io~empty-dir/data/ticks"


def tell_to_leave(store: ObjectStore, pod: Item, now: str) -> None:
    """Its kubelet ends it, once it hears of it."""
    if not is_leaving(pod):
        store.etcd.put({**pod, "metadata": {**pod["metadata"], "deletionTimestamp": now}})


class Evictions:
    """Remembers since when each machine is lost, and tells its pods to leave when their patience ends."""

    def __init__(self, store: ObjectStore) -> None:
        self._store = store
        self._lost_since: dict[str, float] = {}

    def found(self, node: Item) -> None:
        """A machine is heard of."""
        if self._lost_since.pop(node["metadata"]["name"], None) is not None:
            _without(self._store, node, _UNREACHABLE)

    def lost(self, node: Item, clock: float, now: str) -> None:
        """A machine is silent: nobody answers for its pods, and those whose patience is at an end leave."""
        name = node["metadata"]["name"]
        since = self._lost_since.setdefault(name, clock)
        _with(self._store, node, _UNREACHABLE, "NoExecute")
        for pod in self._store.etcd.of_kind("Pod"):
            if pod["spec"].get("nodeName") == name and pod["status"].get("phase") == "Running":
                unready = {**pod["status"], "conditions": [{"type": "Ready", "status": "False"}]}
                self._store.set_status(pod, unready)
                told = self._store.etcd.find("Pod", pod["metadata"]["name"], pod["metadata"]["namespace"]) or pod
                if not _is_daemon(pod) and clock - since >= _patience(pod["spec"]):
                    tell_to_leave(self._store, told, now)


def best_of(nodes: Iterable[str], pod: Item, others: Iterable[Item]) -> str | None:
    """The machine that suits a pod best: none where one of its sort runs that it keeps away from, its own before."""
    affinity = pod["spec"].get("affinity", {})
    at_home = [_home(one) for one in _preferred(affinity.get("nodeAffinity", {}))]
    apart = bool(_preferred(affinity.get("podAntiAffinity", {})))
    app = pod["metadata"].get("labels", {}).get("app")
    taken = {one["spec"].get("nodeName") for one in others if one["metadata"].get("labels", {}).get("app") == app}
    return min(nodes, key=lambda name: (apart and name in taken, name not in at_home), default=None)


def drain(machine: SimulatedMachine, store: ObjectStore, name: str, flags: list[str]) -> Output:
    """`kubectl drain`: cordons first, and then says what it will not do unasked."""
    node = store.need("Node", name)
    _with(store, node, _CORDONED, "NoSchedule", unschedulable=True)
    pods = [pod for pod in store.etcd.of_kind("Pod") if pod["spec"].get("nodeName") == name]
    stray = [pod for pod in pods if not pod["metadata"].get("ownerReferences")]
    refused = [f"{_NO_CONTROLLER}: {_title(pod)}" for pod in stray if "--force" not in flags]
    if "--delete-emptydir-data" not in flags:
        refused = [f"{_WITH_BYTES}: {_title(pod)}" for pod in stray]
    refused += [_OF_DAEMON_SETS] if "--ignore-daemonsets" not in flags else []
    if refused:
        return Output(status=1, stdout=f"node/{name} cordoned\n", stderr=f"{_UNABLE}: [{', '.join(refused)}]\n")
    now = machine.world.clock.now().strftime("%Y-%m-%dT%H:%M:%SZ")
    for pod in pods:
        if not _is_daemon(pod):
            tell_to_leave(store, pod, now)
    machine.world.clock.spend(_DRAIN_SECONDS)
    return Output(status=0, stdout=f"node/{name} drained\n")


def uncordon(store: ObjectStore, name: str) -> Output:
    """`kubectl uncordon`."""
    _without(store, store.need("Node", name), _CORDONED, unschedulable=None)
    return Output(status=0, stdout=f"node/{name} uncordoned\n")


def _with(store: ObjectStore, node: Item, key: str, effect: str, **fields: Any) -> None:
    others = [taint for taint in node["spec"].get("taints", []) if taint["key"] != key]
    store.set_spec(node, taints=[*others, {"key": key, "effect": effect}], **fields)


def _without(store: ObjectStore, node: Item, key: str, **fields: Any) -> None:
    others = [taint for taint in node["spec"].get("taints", []) if taint["key"] != key]
    store.set_spec(node, taints=others or None, **fields)


def _patience(spec: Mapping[str, Any]) -> float:
    said = [one for one in spec.get("tolerations", []) if one.get("key") == _UNREACHABLE]
    return float(said[0].get("tolerationSeconds", "inf")) if said else _DEFAULT_SECONDS


def _is_daemon(pod: Item) -> bool:
    return any(one["kind"] in ("DaemonSet", "Node") for one in pod["metadata"].get("ownerReferences", []))


def _preferred(affinity: Mapping[str, Any]) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = affinity.get("preferredDuringSchedulingIgnoredDuringExecution", [])
    return found


def _home(preferred: Mapping[str, Any]) -> str:
    return str(preferred["preference"]["matchExpressions"][0]["values"][0])


def _title(pod: Item) -> str:
    return f"{pod['metadata']['namespace']}/{pod['metadata']['name']}"
