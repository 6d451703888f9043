"""The kubelet of a simulated machine, the pods that it runs, and the rules that kube-proxy has left in the kernel."""

from __future__ import annotations

import posixpath
import zlib
from dataclasses import replace
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from harness.providers.rehearsal.api import connect
from harness.providers.rehearsal.control_plane import MANIFESTS, ControlPlane
from harness.providers.rehearsal.documents import load_yaml
from harness.providers.rehearsal.etcd import Item
from harness.providers.rehearsal.eviction import is_leaving, own_bytes
from harness.providers.rehearsal.sandbox import Sandbox, container_id, told_status
from harness.providers.rehearsal.server import ObjectStore, folder_of, has_account
from harness.providers.rehearsal.shelf import Shelf
from harness.providers.seam import ApiError

if TYPE_CHECKING:
    from harness.providers.rehearsal.machine import SimulatedMachine

CONFIG = "/var/lib/kubelet/config.yaml"
CLIENT = "/var/lib/kubelet/pki/kubelet-client-current.pem"
KUBECONFIG = "/etc/kubernetes/kubelet.conf"
_START_SECONDS = 1.0
_STOP_SECONDS = 1.5  # of a static pod
_NETWORK = "kube-flannel-ds-"
_PROXY = "kube-proxy-"
#: What a container is told that is to run until it is stopped.
_ENDLESS = ["hold"]


class Kubelet:
    """Runs pods; all that it knows is gone with the power."""

    def __init__(self, machine: SimulatedMachine) -> None:
        self._machine = machine
        self._world = machine.world
        self._running = False
        self._addresses = 1
        self.sandboxes: Shelf[str, Sandbox] = Shelf()
        #: Since when each static pod ends whose manifest is gone.
        self._ending: dict[str, float] = {}
        #: What reaches pods through this machine: addresses by the Service's port.
        self.rules: dict[int, list[str]] = {}
        #: Those of its configuration when it started; the defaults are those of Kubernetes.
        self.settings: dict[str, Any] = {}
        #: What there was to see on this machine, and in the API, when nothing was left to do.
        self._calm: tuple[object, ...] = ()
        self._told: tuple[object, ...] = ()

    def start(self) -> None:
        """Start, and with it the static pods."""
        self._running = True
        config = self._machine.read(CONFIG)
        if config is not None:
            self.settings = {"maxPods": 110, **load_yaml(config)}
            self._machine.control_plane.start()

    def stop(self) -> None:
        """Stop; pods go on without it."""
        self._running = False

    def go_dark(self) -> None:
        """The power is gone."""
        self._running = False
        self.sandboxes, self.rules, self._ending = Shelf(), {}, {}
        self._calm = ()

    def runs_static(self, name: str) -> bool:
        """Whether a static pod of this name has started."""
        box = self.sandboxes.get(_static_uid(f"{name}-{self._machine.spec.called}"))
        return box is not None and self.is_up(box)

    def is_up(self, box: Sandbox) -> bool:
        """Whether a pod has had the time to start, and has not ended."""
        return not box.ended and self._world.clock.monotonic() - box.started >= _START_SECONDS

    def step(self) -> bool:
        """Run what is to run here, and tell the API; whether nothing is left to do but what time brings."""
        if not self._running or self._machine.file(CONFIG) is None:
            return True
        is_calm = bool(self._calm) and self._calm == self._sight()
        if is_calm:
            self._machine.control_plane.start()
        else:
            self._run_static()
            self._restart_ended()
        try:
            plane = connect(self._world, self._machine.read(KUBECONFIG) or b"", asker=self._machine)
        except (ApiError, TypeError):  # TypeError: there is no kubeconfig yet
            return is_calm
        store = plane.store
        assert store is not None
        store.etcd.heard_of[self._machine.spec.called] = self._world.clock.monotonic()
        told = (plane, store, plane.sa_pub, store.etcd.turns)
        if is_calm and told == self._told:
            return True
        self._follow(plane)
        is_done = not self._ending and all(map(self._is_settled, self.sandboxes.values()))
        self._calm = self._sight() if is_done and store.etcd.turns == told[-1] else ()
        self._told = told
        return bool(self._calm)

    def _sight(self) -> tuple[object, ...]:
        """All on this machine that what it does hangs on, but for time."""
        files = self._machine.place(MANIFESTS)[0].files, self._machine.place(CONFIG)[0].files
        turns = [one.turns for one in (*files, self.sandboxes)]
        return (*files, *turns, tuple(self._machine.mounts.items()))

    def _is_settled(self, box: Sandbox) -> bool:
        return box.is_final if box.ended else self.is_up(box)

    def _follow(self, plane: ControlPlane) -> None:
        """Run the pods that the API has for this machine, and tell what became of them."""
        assert plane.store is not None
        node = self._node(plane.store)
        self._mirror(plane.store)
        pods = [
            pod for pod in plane.store.etcd.of_kind("Pod") if pod["spec"].get("nodeName") == node["metadata"]["name"]
        ]
        for pod in pods:
            if is_leaving(pod):
                self._end(plane.store, pod)
            elif not _is_mirror(pod):
                self._run_pod(plane, pod, node)
        self._end_unknown({pod["metadata"]["uid"] for pod in pods})
        self._program(plane)

    def crash(self, container: str) -> bool:
        """End a container by its id, as the kernel would; whether there was one."""
        for uid, box in self.sandboxes.items():
            if container_id(box) == container and not box.ended:
                self.sandboxes[uid] = replace(box, ended=True, started=self._world.clock.monotonic())
                return True
        return False

    def restart_static(self, name: str) -> None:
        """A static pod's container ended by itself, and is started again."""
        uid = _static_uid(f"{name}-{self._machine.spec.called}")
        if uid in self.sandboxes:
            self.crash(container_id(self.sandboxes[uid]))

    def _restart_ended(self) -> None:
        clock = self._world.clock
        for uid, box in self.sandboxes.items():
            if box.ended and not box.is_final:
                self.sandboxes[uid] = replace(
                    box, ended=False, attempt=box.attempt + 1, started=clock.monotonic(), began=clock.now()
                )

    def _run_static(self) -> None:
        wanted = {
            _static_uid(name): name for name in (f"{one}-{self._machine.spec.called}" for one in self._manifests())
        }
        now = self._world.clock.monotonic()
        for uid in [uid for uid, box in self.sandboxes.items() if box.is_static and uid not in wanted]:
            self._ending.setdefault(uid, now)
        # Once it has begun to end a pod is not spared, though its manifest may be back: then another one is run.
        for uid in [uid for uid, since in self._ending.items() if now - since >= _STOP_SECONDS]:
            del self.sandboxes[uid], self._ending[uid]
            self._machine.control_plane.go_dark()
        for uid, name in wanted.items():
            if uid not in self.sandboxes:
                program = name.removesuffix(f"-{self._machine.spec.called}")
                self._run(uid, name, "kube-system", is_static=True, container=program)
        self._machine.control_plane.start()

    def _manifests(self) -> list[str]:
        return [posixpath.splitext(posixpath.basename(path))[0] for path in self._machine.below(MANIFESTS)]

    def _node(self, store: ObjectStore) -> Item:
        spec = self._machine.spec
        node = store.etcd.find("Node", spec.called)
        if node is None:
            labels = {"kubernetes.io/hostname": spec.called, "kubernetes.io/os": "linux", "kubernetes.io/arch": "amd64"}
            metadata = {"name": spec.called, "labels": labels}
            node = store.apply({"apiVersion": "v1", "kind": "Node", "metadata": metadata, "spec": {}})
        ready = "True" if self._has_network(node) else "False"
        addresses = [{"type": "InternalIP", "address": str(spec.ip)}, {"type": "Hostname", "address": spec.called}]
        info = {"kubeletVersion": self._world.kubernetes, "bootID": self._machine.boot_id}
        conditions = [{"type": "Ready", "status": ready, "reason": "KubeletReady" if ready == "True" else "NoNetwork"}]
        store.set_status(node, {"conditions": conditions, "addresses": addresses, "nodeInfo": info})
        return store.etcd.find("Node", spec.called) or node

    def _has_network(self, node: Item) -> bool:
        return "podCIDR" in node["spec"] and any(
            self.is_up(box) for box in self.sandboxes.values() if box.name.startswith(_NETWORK)
        )

    def _mirror(self, store: ObjectStore) -> None:
        node = store.need("Node", self._machine.spec.called)
        owner = {"apiVersion": "v1", "kind": "Node", "name": node["metadata"]["name"], "uid": node["metadata"]["uid"]}
        for name in self._manifests():
            metadata: dict[str, Any] = {
                "name": f"{name}-{self._machine.spec.called}",
                "namespace": "kube-system",
                "labels": {"component": name, "tier": "control-plane"},
                "annotations": {
                    **_annotations(self._machine.read(f"{MANIFESTS}/{name}.yaml") or b""),
                    "kubernetes.io/config.source": "file",
                },
                "ownerReferences": [owner],
            }
            spec = {"nodeName": self._machine.spec.called, "hostNetwork": True}
            if store.etcd.find("Namespace", "kube-system") is not None and has_account(store):
                pod = store.apply({"apiVersion": "v1", "kind": "Pod", "metadata": metadata, "spec": spec})
                box = self.sandboxes[_static_uid(metadata["name"])]
                store.set_status(pod, told_status("Running", box, ready=True))

    def _run_pod(self, plane: ControlPlane, pod: Item, node: Item) -> None:
        store, uid = plane.store, pod["metadata"]["uid"]
        assert store is not None
        if pod["status"].get("phase") in ("Succeeded", "Failed"):
            return
        on_host = pod["spec"].get("hostNetwork", False)
        if uid not in self.sandboxes:
            if not on_host and not self._has_network(node):
                store.set_status(pod, told_status("Pending", None, ready=False))
                return
            self._run(
                uid,
                pod["metadata"]["name"],
                pod["metadata"]["namespace"],
                cidr="" if on_host else node["spec"]["podCIDR"],
                folder=folder_of(store, pod),
                sa_pub=plane.sa_pub,
                container=pod["spec"]["containers"][0]["name"],
                is_final=pod["spec"].get("restartPolicy") == "Never",
            )
            if any("emptyDir" in volume for volume in pod["spec"].get("volumes", [])):
                self._machine.write(own_bytes(pod), b"a line\n")
        box = self.sandboxes[uid]
        crashing = box.name.startswith(_NETWORK) and "podCIDR" not in node["spec"]
        up = self.is_up(box) and not crashing
        if box.ended and box.is_final:
            store.set_status(pod, told_status("Failed", box, ready=False))
        elif up and box.is_final and pod["spec"]["containers"][0].get("args") != _ENDLESS:
            del self.sandboxes[uid]
            store.set_status(pod, told_status("Succeeded", box, ready=False))
        else:
            store.set_status(pod, told_status("Running", box, ready=up))

    def _end(self, store: ObjectStore, pod: Item) -> None:
        """The pod ends, and with it what it kept here."""
        self.sandboxes.pop(pod["metadata"]["uid"], None)
        disk, path = self._machine.place(own_bytes(pod))
        disk.files.pop(path, None)
        store.etcd.remove(pod)

    def _run(self, uid: str, name: str, namespace: str, *, cidr: str = "", **more: Any) -> None:
        self._addresses += 1
        ip = f"{cidr.rpartition('.')[0]}.{self._addresses}" if cidr else str(self._machine.spec.ip)
        clock = self._world.clock
        self.sandboxes[uid] = Sandbox(
            name=name,
            namespace=namespace,
            uid=uid,
            ip=ip,
            id=f"{zlib.crc32(f'{uid} {self._machine.boot_id} {self._addresses}'.encode()):064x}",
            started=clock.monotonic(),
            began=clock.now(),
            **more,
        )

    def _end_unknown(self, known: set[str]) -> None:
        for uid in [uid for uid, box in self.sandboxes.items() if uid not in known and not box.is_static]:
            del self.sandboxes[uid]

    def _program(self, plane: ControlPlane) -> None:
        """kube-proxy follows the API, as long as its token is accepted."""
        proxies = [box for box in self.sandboxes.values() if box.name.startswith(_PROXY) and self.is_up(box)]
        if not proxies or proxies[0].sa_pub != plane.sa_pub:
            return
        assert plane.store is not None
        for service in plane.store.etcd.of_kind("Service"):
            found = plane.store.etcd.find(
                "EndpointSlice", service["metadata"]["name"], service["metadata"]["namespace"]
            )
            for port in service["spec"].get("ports", []):
                if "nodePort" in port:
                    ends = found["endpoints"] if found else []
                    self.rules[port["nodePort"]] = [end["addresses"][0] for end in ends]


def _static_uid(name: str) -> str:
    return f"{zlib.crc32(name.encode()):032x}"


@lru_cache(maxsize=64)
def _annotations(manifest: bytes) -> dict[str, str]:
    pod = load_yaml(manifest) or {}
    annotations: dict[str, str] = pod.get("metadata", {}).get("annotations", {})
    return annotations


def _is_mirror(pod: Item) -> bool:
    return "kubernetes.io/config.source" in pod["metadata"].get("annotations", {})
