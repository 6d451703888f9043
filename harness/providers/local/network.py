"""The lab's network as the witness stands in it: real sockets, opened inside the lab's namespace."""

from __future__ import annotations

import contextlib
import http.client
import threading
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from datetime import timedelta
from urllib.parse import urlsplit

from harness.providers.kube import GREETING, KubeApi
from harness.providers.local.namespace import Namespace
from harness.providers.seam import ApiError, Reply

_Connect = Callable[..., http.client.HTTPConnection]


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
        return self._namespace.inside(lambda: ask(method, url, timeout.total_seconds()))

    def every(self, interval: timedelta, action: Callable[[], None], name: str) -> AbstractContextManager[None]:
        """Repeat an action in a thread of its own; what it raises ends the block with that error."""
        return repeating(interval, action, name, self._namespace.enter)


@contextlib.contextmanager
def repeating(
    interval: timedelta, action: Callable[[], None], name: str, enter: Callable[[], None] = lambda: None
) -> Iterator[None]:
    """Repeat an action in a thread that has first gone where it belongs, for as long as the block lasts."""
    stop = threading.Event()
    failure: list[BaseException] = []

    def repeat() -> None:
        try:
            enter()
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


def ask(
    method: str,
    url: str,
    seconds: float,
    connect: _Connect = http.client.HTTPConnection,
) -> Reply:
    """One HTTP request on a connection of its own; ApiError when nothing answers."""
    parts = urlsplit(url)
    connection = connect(parts.hostname or "", parts.port or 80, timeout=seconds)
    try:
        connection.request(method, parts.path or "/")
        response = connection.getresponse()
        return Reply(status=response.status, body=response.read().decode(errors="replace"))
    except (OSError, http.client.HTTPException) as unreachable:
        raise ApiError(f"'{url}' does not answer: {unreachable or type(unreachable).__name__}") from unreachable
    finally:
        connection.close()
