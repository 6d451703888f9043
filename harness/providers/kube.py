"""The Kubernetes API over lightkube: raw objects in, raw objects out."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Callable, Iterator, Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any, Protocol, TypeVar
from urllib.parse import urlsplit

import httpx2
import lightkube
import yaml
from lightkube.config.client_adapter import verify_cluster
from lightkube.config.kubeconfig import KubeConfig
from lightkube.core.exceptions import ApiError as StatusError
from lightkube.types import on_error_raise

from harness.providers.kube_kind import is_namespaced, resource
from harness.providers.seam import ApiError

_Result = TypeVar("_Result")
_FIELD_MANAGER = "kubedrill"
#: How long a connection with its handshake may take at native speed: who asks a machine without power must not wait
#: for as long as for an answer.
GREETING = timedelta(seconds=1)


class Inside(Protocol):
    """Runs an action where the API can be reached."""

    def __call__(self, action: Callable[[], _Result]) -> _Result:
        """The action's result."""
        ...


class Door(Protocol):
    """Knows the socket on this host that leads to an address in the lab."""

    def __call__(self, host: str, port: int) -> Path:
        """The socket."""
        ...


class KubeApi:
    """One set of credentials for one cluster, used from inside the lab's network."""

    def __init__(
        self,
        kubeconfig: str,
        inside: Inside,
        patience: timedelta,
        greeting: timedelta = GREETING,
        door: Door | None = None,
    ) -> None:
        self._inside = inside
        seconds = patience.total_seconds()
        timeout = httpx2.Timeout(seconds, connect=min(seconds, greeting.total_seconds()))
        config = KubeConfig.from_dict(yaml.safe_load(kubeconfig)).get()
        # Its overloads tell apart kinds that are typed classes; ours are generic, so it is called untyped.
        self._client: Any = lightkube.Client(
            config,
            timeout=timeout,
            field_manager=_FIELD_MANAGER,
            trust_env=False,
            transport=None if door is None else _through(door, config),
        )

    def get(self, kind: str, name: str, namespace: str | None = None) -> dict[str, Any]:
        """One object."""
        return self._call(lambda: dict(self._client.get(resource(kind), name, **_scope(kind, namespace))))

    def list(self, kind: str, namespace: str | None = None) -> list[dict[str, Any]]:
        """All objects of a kind, in one namespace or in all."""
        scope = {"namespace": namespace or "*"} if is_namespaced(kind) else {}
        return self._call(lambda: [_whole(kind, item) for item in self._client.list(resource(kind), **scope)])

    def apply(self, manifest: Mapping[str, Any]) -> dict[str, Any]:
        """Make the object be so, and return it as stored."""
        model = resource(manifest["kind"]).from_dict(dict(manifest))
        return self._call(lambda: dict(self._client.apply(model, force=True)))

    def delete(self, kind: str, name: str, namespace: str | None = None) -> None:
        """Delete one object; one that is not there is fine."""
        try:
            self._call(lambda: self._client.delete(resource(kind), name, **_scope(kind, namespace)))
        except ApiError as error:
            if error.status != 404:
                raise

    def watch(
        self, kind: str, namespace: str, *, since: str | None, limit: timedelta
    ) -> Iterator[tuple[str, dict[str, Any]]]:
        """Changes after a resource version until the limit; must be consumed inside the lab's network."""
        # lightkube opens an ended stream anew by itself, for ever: this one ends after the limit, or after as long a
        # silence. A stream that was cut with the power is silent, too.
        ends = time.monotonic() + limit.total_seconds()
        self._client._client._watch_timeout.read = limit.total_seconds()
        stream = self._client.watch(
            resource(kind), namespace=namespace, resource_version=since, on_error=on_error_raise
        )
        with _as_api_error(), contextlib.closing(stream), contextlib.suppress(httpx2.ReadTimeout):
            for change, item in stream:
                yield change, dict(item)
                if time.monotonic() > ends:
                    return

    def _call(self, action: Callable[[], _Result]) -> _Result:
        with _as_api_error():
            return self._inside(action)


def _through(door: Door, config: Any) -> httpx2.HTTPTransport:
    server = urlsplit(config.cluster.server)
    verified = verify_cluster(config.cluster, config.user, config.abs_file, trust_env=False)
    path = door(server.hostname or "", server.port or 443)
    return httpx2.HTTPTransport(verify=verified, uds=str(path), trust_env=False)


@contextlib.contextmanager
def _as_api_error() -> Iterator[None]:
    try:
        yield
    except StatusError as refused:
        raise ApiError(f"The API answered: {refused.status.message}", refused.status.code or 500) from refused
    except httpx2.HTTPStatusError as refused:
        raise ApiError(f"The API answered: {refused}", refused.response.status_code) from refused
    except (httpx2.HTTPError, OSError) as unreachable:
        raise ApiError(f"The API does not answer: {unreachable or type(unreachable).__name__}") from unreachable


def _scope(kind: str, namespace: str | None) -> dict[str, Any]:
    return {"namespace": namespace} if is_namespaced(kind) else {}


def _whole(kind: str, item: Mapping[str, Any]) -> dict[str, Any]:
    # Items of a list come without their kind.
    return {"kind": kind, **item}
