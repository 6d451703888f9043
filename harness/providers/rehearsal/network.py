"""The simulated layer 2 as the witness stands in it."""

from __future__ import annotations

import contextlib
import hashlib
import json
from collections.abc import Callable, Iterator
from datetime import timedelta
from functools import lru_cache
from urllib.parse import urlsplit

from harness.providers.rehearsal.api import SimulatedApi
from harness.providers.rehearsal.machine import SimulatedMachine
from harness.providers.rehearsal.sandbox import Sandbox
from harness.providers.rehearsal.world import World
from harness.providers.seam import ApiError, Reply

_SECONDS = 0.002
_HTTP_PORT = 80


class SimulatedNetwork:
    """API, HTTP and repeated actions, all on the virtual clock."""

    def __init__(self, world: World) -> None:
        self._world = world

    def api(
        self,
        kubeconfig: str,
        *,
        patience: timedelta = timedelta(seconds=10),  # noqa: ARG002 -- here nothing is slow, only up or down
    ) -> SimulatedApi:
        """The cluster's API with these credentials."""
        return SimulatedApi(self._world, kubeconfig)

    def http(self, method: str, url: str, *, timeout: timedelta) -> Reply:  # noqa: ARG002
        """One HTTP request to a Service's port on a machine."""
        self._world.call("network.http", _SECONDS)
        name, port, path = _split(url)
        machine = self._world.at(name)
        addresses = machine.kubelet.rules.get(port, []) if machine is not None else []
        for address in addresses:
            for host in self._world.machines.values():
                there = host.is_on and self._world.reaches(machine, host)
                for box in host.kubelet.sandboxes.values() if there else ():
                    if box.ip == address and host.kubelet.is_up(box):
                        return _canary(host, box, method, path)
        raise ApiError(f"'{url}' does not answer: connection refused")

    @contextlib.contextmanager
    def every(self, interval: timedelta, action: Callable[[], None], name: str) -> Iterator[None]:
        """Repeat an action; what it raises ends the repetition, and the block with that error."""
        failure: list[Exception] = []

        def once() -> None:
            try:
                if not failure:
                    action()
            except Exception as error:  # noqa: BLE001 -- re-raised where the block ends
                failure.append(error)

        with self._world.clock.every(interval, once):
            yield
        if failure:
            failure[0].add_note(f"It was repeated as '{name}'")
            raise failure[0]


@lru_cache(maxsize=4096)
def _split(url: str) -> tuple[str, int, str]:
    """Host, port and path; each rehearsal asks for the same ones, and to split them takes longer than to answer."""
    parts = urlsplit(url)
    return parts.hostname or "", parts.port or _HTTP_PORT, parts.path or "/"


def _canary(host: SimulatedMachine, box: Sandbox, method: str, path: str) -> Reply:
    """What the canary's `serve` does: the ledger's lines are on the disk before they are acknowledged."""
    ledger = f"{box.folder}/ledger"
    if (method, path) == ("GET", "/"):
        return Reply(status=200, body=f"ok {box.name}\n")
    if method == "POST" and path.startswith("/ledger/"):
        number = int(path.removeprefix("/ledger/"))
        host.write(ledger, (host.read(ledger) or b"") + f"{number}\n".encode(), sync=True)
        return Reply(status=200, body=f"{number}\n")
    if (method, path) == ("GET", "/ledger"):
        return Reply(status=200, body=(host.read(ledger) or b"").decode())
    if (method, path) == ("GET", "/blob"):
        names = {one: one.removeprefix(f"{box.folder}/") for one in host.below(box.folder)}
        digests = {name: hashlib.sha256(host.read(one) or b"").hexdigest() for one, name in names.items()}
        return Reply(status=200, body=json.dumps(digests))
    return Reply(status=404, body=f"no {method} {path}\n")
