"""The simulated cluster's API, for whoever has credentials that its certificates and keys agree with."""

from __future__ import annotations

import base64
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from harness.providers.rehearsal.control_plane import ControlPlane
from harness.providers.rehearsal.documents import load_yaml
from harness.providers.rehearsal.etcd import Item, copied
from harness.providers.rehearsal.pki import good_until, is_issued_by, is_signed_by
from harness.providers.rehearsal.server import ObjectStore
from harness.providers.rehearsal.space import NO_SPACE
from harness.providers.rehearsal.world import World
from harness.providers.seam import ApiError

if TYPE_CHECKING:
    from harness.providers.rehearsal.machine import SimulatedMachine

_SECONDS = 0.005
_GONE = 410
_INVALID = 422
#: What these kinds are not without.
_REQUIRED = {
    "CronJob": ("schedule", "jobTemplate"),
    "Deployment": ("selector", "template"),
    "DaemonSet": ("selector", "template"),
    "StatefulSet": ("selector", "template"),
    "Job": ("template",),
    "Pod": ("containers",),
}


@dataclass(frozen=True, slots=True)
class _Credentials:
    server: str
    ca: bytes
    certificate: bytes
    token: str


def connect(
    world: World, kubeconfig: str | bytes, server: str = "", asker: SimulatedMachine | None = None
) -> ControlPlane:
    """The control plane that a kubeconfig, or a server given beside it, leads to and that accepts it."""
    asked = _read(kubeconfig)
    plane = world.control_plane_at(server or asked.server, asker)
    if plane is None:
        raise ApiError(f"The API does not answer: connection to {server or asked.server} refused")
    if not is_issued_by(plane.certificate, asked.ca):
        raise ApiError("The API does not answer: certificate verify failed: signed by unknown authority")
    now = world.clock.now()
    if good_until(plane.certificate) <= now:
        raise ApiError("The API does not answer: certificate verify failed: certificate has expired")
    if asked.certificate and good_until(asked.certificate) <= now:
        raise ApiError("The API answered: Unauthorized", 401)
    trusted = is_signed_by(asked.token, plane.sa_pub) if asked.token else is_issued_by(asked.certificate, plane.ca)
    if not trusted:
        raise ApiError("The API answered: Unauthorized", 401)
    return plane


class SimulatedApi:
    """One set of credentials for one simulated cluster."""

    def __init__(self, world: World, kubeconfig: str) -> None:
        self._world = world
        self._kubeconfig = kubeconfig

    def get(self, kind: str, name: str, namespace: str | None = None) -> dict[str, Any]:
        """One object."""
        store = self._ask("get")
        found = store.need(kind, name, namespace)
        store.sealing.demand_key(found)
        one: dict[str, Any] = copied(found)
        return one

    def list(self, kind: str, namespace: str | None = None) -> list[dict[str, Any]]:
        """All objects of a kind, in one namespace or in all."""
        store = self._ask("list")
        found = store.etcd.of_kind(kind, namespace)
        store.sealing.demand_key(*found)
        return [copied(one) for one in found]

    def apply(self, manifest: Mapping[str, Any]) -> dict[str, Any]:
        """Make the object be so, and return it as stored; what its one owner leaves out is taken from it."""
        store = self._ask("apply")
        metadata = manifest["metadata"]
        own = (manifest["kind"], metadata.get("namespace", ""), metadata["name"])
        is_anothers = store.etcd.find(own[0], own[2], own[1] or None) is not None and own not in self._world.applied
        self._world.applied.add(own)
        left_out = [name for name in _REQUIRED.get(manifest["kind"], ()) if name not in manifest.get("spec", {})]
        if left_out and not is_anothers:
            told = f'{manifest["kind"]} "{metadata["name"]}" is invalid: spec.{left_out[0]}: Required value'
            raise ApiError(f"The API answered: {told}", _INVALID)
        applied: dict[str, Any] = copied(store.apply(copied(dict(manifest))))
        if store.etcd.space.is_full:
            raise ApiError(f"The API answered: {NO_SPACE}", 500)
        return applied

    def delete(self, kind: str, name: str, namespace: str | None = None) -> None:
        """Delete one object; one that is not there is fine."""
        etcd = self._ask("delete").etcd
        found = etcd.find(kind, name, namespace)
        if found is not None:
            etcd.remove(found)

    def watch(
        self,
        kind: str,
        namespace: str,
        *,
        since: str | None,
        limit: timedelta,  # noqa: ARG002 -- time stands still for who watches, so all is told at once
    ) -> Iterator[tuple[str, dict[str, Any]]]:
        """Changes after a resource version; the stream ends once all of them are told."""
        etcd = self._ask("watch").etcd
        if since is None:
            # The newest last: where the stream ends, its client goes on from there.
            for item in sorted(etcd.of_kind(kind, namespace), key=_version):
                yield "ADDED", copied(item)
            return
        if int(since) < etcd.compacted:
            raise ApiError(f"The API answered: too old resource version: {since} ({etcd.compacted})", _GONE)
        # Of a version that is yet to come the API says nothing: it leaves out all changes until then, in silence.
        for change in etcd.changes(kind, namespace, int(since)):
            yield change.change, copied(change.item)

    def _ask(self, verb: str) -> ObjectStore:
        self._world.call(f"api.{verb}", _SECONDS)
        store = connect(self._world, self._kubeconfig).store
        assert store is not None
        return store


def _version(item: Item) -> int:
    return int(item["metadata"]["resourceVersion"])


@lru_cache(maxsize=64)
def _read(kubeconfig: str | bytes) -> _Credentials:
    document = load_yaml(kubeconfig)
    cluster, user = document["clusters"][0]["cluster"], document["users"][0]["user"]
    return _Credentials(
        server=cluster["server"],
        ca=base64.b64decode(cluster["certificate-authority-data"]),
        certificate=base64.b64decode(user.get("client-certificate-data", "")),
        token=user.get("token", ""),
    )
