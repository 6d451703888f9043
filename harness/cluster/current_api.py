"""The API with whatever credentials its administrator has at the moment."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import timedelta
from typing import Any

from harness.providers.seam import ClusterApi, Network


class CurrentApi:
    """Connects anew whenever the credentials are others: those of before may have expired."""

    def __init__(self, network: Network, kubeconfig: Callable[[], str], patience: timedelta) -> None:
        self._network = network
        self._kubeconfig = kubeconfig
        self._patience = patience
        self._known = ""
        self._api: ClusterApi | None = None

    def get(self, kind: str, name: str, namespace: str | None = None) -> dict[str, Any]:
        """One object."""
        return self._now().get(kind, name, namespace)

    def list(self, kind: str, namespace: str | None = None) -> list[dict[str, Any]]:
        """All objects of a kind, in one namespace or in all."""
        return self._now().list(kind, namespace)

    def apply(self, manifest: Mapping[str, Any]) -> dict[str, Any]:
        """Make the object be so, and return it as stored."""
        return self._now().apply(manifest)

    def delete(self, kind: str, name: str, namespace: str | None = None) -> None:
        """Delete one object; one that is not there is fine."""
        self._now().delete(kind, name, namespace)

    def watch(
        self, kind: str, namespace: str, *, since: str | None, limit: timedelta
    ) -> Iterator[tuple[str, dict[str, Any]]]:
        """Changes after a resource version, until the limit."""
        return self._now().watch(kind, namespace, since=since, limit=limit)

    def _now(self) -> ClusterApi:
        kubeconfig = self._kubeconfig()
        if self._api is None or kubeconfig != self._known:
            self._api, self._known = self._network.api(kubeconfig, patience=self._patience), kubeconfig
        return self._api
