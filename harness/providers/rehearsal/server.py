"""The API server's part that does not depend on who asks: what becomes of an object that is written."""

from __future__ import annotations

import base64
from collections.abc import Mapping
from typing import Any

from harness.providers.kube_kind import is_namespaced
from harness.providers.rehearsal.customs import refuse_privileged
from harness.providers.rehearsal.etcd import Etcd, Item
from harness.providers.rehearsal.sealing import Sealing
from harness.providers.rehearsal.world import World
from harness.providers.seam import ApiError

_CLUSTER_ADDRESSES = {("default", "kubernetes"): "10.96.0.1", ("kube-system", "kube-dns"): "10.96.0.10"}


class ObjectStore:
    """Objects over one etcd."""

    def __init__(
        self, world: World, etcd: Etcd, rules: Mapping[str, Any] | None = None, sealing: Sealing | None = None
    ) -> None:
        self._world = world
        self.etcd = etcd
        self._rules = rules or {}
        self.sealing = sealing or Sealing({})
        #: What was applied last to an object and changed nothing: most of what controllers do is this, again and again.
        self._settled: dict[tuple[str, str | None, str], tuple[Item, Mapping[str, Any]]] = {}

    def need(self, kind: str, name: str, namespace: str | None = None) -> Item:
        """One object; 404 if it is not there."""
        found = self.etcd.find(kind, name, namespace)
        if found is None:
            raise ApiError(f'The API answered: {kind.lower()}s "{name}" not found', 404)
        return found

    def apply(self, manifest: Mapping[str, Any]) -> Item:
        """Server-side apply: what the manifest says is merged into what is there."""
        kind, metadata = manifest["kind"], manifest["metadata"]
        name = (kind, metadata.get("namespace"), metadata["name"])
        old = self.etcd.find(kind, metadata["name"], metadata.get("namespace"))
        settled = self._settled.get(name)
        if old is not None and settled is not None and settled[0] is old and settled[1] == manifest:
            return old
        if old is None:
            self._admit(manifest)
        else:
            self.sealing.demand_key(old)
        new = self.sealing.seal(merged(old or self._fresh(manifest), _as_stored(manifest)))
        if old is not None and new == old:
            self._settled[name] = (old, manifest)
            return old
        if old is not None and new.get("spec") != old.get("spec"):
            new = merged(new, {"metadata": {"generation": old["metadata"]["generation"] + 1}})
        return self.etcd.put(new)

    def set_status(self, item: Item, status: Mapping[str, Any]) -> None:
        """Write an object's status if it is another."""
        if item.get("status") != status:
            self.etcd.put({**item, "status": dict(status)})

    def set_spec(self, item: Item, **fields: Any) -> None:
        """Write fields of an object's spec; None takes a field away."""
        spec = {**item.get("spec", {}), **fields}
        spec = {key: value for key, value in spec.items() if value is not None}
        if spec != item.get("spec"):
            self.etcd.put({**item, "spec": spec})

    def _admit(self, manifest: Mapping[str, Any]) -> None:
        kind, namespace = manifest["kind"], manifest["metadata"].get("namespace")
        if not is_namespaced(kind):
            return
        if self.etcd.find("Namespace", str(namespace)) is None:
            raise ApiError(f'The API answered: namespaces "{namespace}" not found', 404)
        if kind == "Pod" and self.etcd.find("ServiceAccount", "default", namespace) is None:
            message = f'error looking up service account {namespace}/default: serviceaccount "default" not found'
            raise ApiError(f"The API answered: {message}", 403)
        if kind == "Pod":
            refuse_privileged(self._rules, manifest)

    def _fresh(self, manifest: Mapping[str, Any]) -> Item:
        kind, name = manifest["kind"], manifest["metadata"]["name"]
        namespace = manifest["metadata"].get("namespace")
        created = self._world.clock.now().strftime("%Y-%m-%dT%H:%M:%SZ")
        item: Item = {"metadata": {"uid": self._world.uuid(), "creationTimestamp": created, "generation": 1}}
        if kind == "Namespace":
            item["metadata"]["labels"] = {"kubernetes.io/metadata.name": name}
            item |= {"spec": {"finalizers": ["kubernetes"]}, "status": {"phase": "Active"}}
        elif kind == "Pod":
            item["status"] = {"phase": "Pending", "conditions": []}
        elif kind == "Secret":
            item["type"] = "Opaque"
        elif kind == "Service":
            taken = len(self.etcd.of_kind("Service"))
            item["spec"] = {"clusterIP": _CLUSTER_ADDRESSES.get((str(namespace), name), f"10.96.1.{taken}")}
        return item


def merged(old: Mapping[str, Any], new: Mapping[str, Any]) -> dict[str, Any]:
    """A mapping over another, mappings inside merged as well; both stay as they are."""
    result = dict(old)
    for key, value in new.items():
        before = result.get(key)
        result[key] = merged(before, value) if isinstance(before, dict) and isinstance(value, Mapping) else value
    return result


def _as_stored(manifest: Mapping[str, Any]) -> dict[str, Any]:
    stored = {key: value for key, value in manifest.items() if key != "stringData"}
    if "stringData" in manifest:
        words = manifest["stringData"].items()
        stored["data"] = {key: base64.b64encode(value.encode()).decode() for key, value in words}
    return stored


def has_account(store: ObjectStore) -> bool:
    """Whether static pods can be shown there."""
    return store.etcd.find("ServiceAccount", "default", "kube-system") is not None


def folder_of(store: ObjectStore, pod: Item) -> str:
    """The folder on its machine that a pod has as its volume."""
    for volume in pod["spec"].get("volumes", []):
        claim = volume.get("persistentVolumeClaim", {}).get("claimName")
        found = store.etcd.find("PersistentVolume", claim) if claim else None
        if found is not None:
            return str(found["spec"]["hostPath"]["path"])
    return ""
