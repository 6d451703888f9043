"""The lab's network as a machine in it stands there, asked from outside through that machine."""

from __future__ import annotations

import functools
import http.client
import socket
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import timedelta

from harness.providers.kube import GREETING, Door, KubeApi
from harness.providers.local.network import ask, repeating
from harness.providers.seam import Reply


class RelayNetwork:
    """Requests through a witness machine: each is a connection of its own from inside the lab's layer 2."""

    def __init__(self, door: Door, *, pace: float = 1.0) -> None:
        self._door = door
        self._greeting = GREETING * pace

    def api(self, kubeconfig: str, *, patience: timedelta = timedelta(seconds=10)) -> KubeApi:
        """The cluster's API with these credentials, from inside the lab's network."""
        return KubeApi(kubeconfig, lambda action: action(), patience, self._greeting, self._door)

    def http(self, method: str, url: str, *, timeout: timedelta) -> Reply:
        """One HTTP request on a connection of its own."""
        return ask(method, url, timeout.total_seconds(), functools.partial(_Connection, self._door))

    def every(self, interval: timedelta, action: Callable[[], None], name: str) -> AbstractContextManager[None]:
        """Repeat an action in a thread of its own; what it raises ends the block with that error."""
        return repeating(interval, action, name)


class _Connection(http.client.HTTPConnection):
    def __init__(self, door: Door, host: str, port: int, timeout: float) -> None:
        super().__init__(host, port, timeout=timeout)
        self._through = door(host, port)
        self._patience = timeout

    def connect(self) -> None:
        self.sock = socket.socket(socket.AF_UNIX)
        self.sock.settimeout(self._patience)
        self.sock.connect(str(self._through))
