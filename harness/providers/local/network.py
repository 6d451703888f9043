"""The lab's network as the witness stands in it: real sockets, opened inside the lab's namespace."""

from __future__ import annotations

import contextlib
import http.client
import threading
from collections.abc import Callable, Iterator
from datetime import timedelta
from urllib.parse import urlsplit

from harness.providers.kube import GREETING, KubeApi
from harness.providers.local.namespace import Namespace
from harness.providers.seam import ApiError, Reply


class NamespaceNetwork:
    """Requests and repeated actions inside a lab's layer 2."""

    def __init__(self, namespace: Namespace, *, pace: float = 1.0) -> None:
        self._namespace = namespace
        self._greeting = GREETING * pace

    def api(self, kubeconfig: str, *, patience: timedelta = timedelta(seconds=10)) -> KubeApi:
        """The cluster's API with these credentials, from inside the lab's network."""
        return KubeApi(kubeconfig, self._namespace.inside, patience, self._greeting)

    def http(self, method: str, url: str, *, timeout: timedelta) -> Reply:
        """One HTTP request on a connection of its own."""
        return self._namespace.inside(lambda: _request(method, url, timeout.total_seconds()))

    @contextlib.contextmanager
    def every(self, interval: timedelta, action: Callable[[], None], name: str) -> Iterator[None]:
        """Repeat an action in a thread of its own; what it raises ends the block with that error."""
        stop = threading.Event()
        failure: list[BaseException] = []

        def repeat() -> None:
            try:
                self._namespace.enter()
                while not stop.wait(interval.total_seconds()):
                    action()
            except BaseException as error:  # noqa: BLE001 -- re-raised where the block ends
                failure.append(error)

        thread = threading.Thread(target=repeat, name=name)
        thread.start()
        try:
            yield
        finally:
            stop.set()
            thread.join()
        if failure:
            raise failure[0]


def _request(method: str, url: str, seconds: float) -> Reply:
    parts = urlsplit(url)
    connection = http.client.HTTPConnection(parts.hostname or "", parts.port or 80, timeout=seconds)
    try:
        connection.request(method, parts.path or "/")
        response = connection.getresponse()
        return Reply(status=response.status, body=response.read().decode(errors="replace"))
    except (OSError, http.client.HTTPException) as unreachable:
        raise ApiError(f"'{url}' does not answer: {unreachable or type(unreachable).__name__}") from unreachable
    finally:
        connection.close()
