"""The layer 2 of a user who may make no networks: a cable from each machine to the witness, which joins them all."""

from __future__ import annotations

import contextlib
import socket
from collections.abc import Iterator

from harness.providers.libvirt.surroundings import Wire
from harness.providers.libvirt.witness import NAME
from harness.spec import LabSpec

_MAC = "52:54:00:77:02:"


def cabled(spec: LabSpec) -> dict[str, tuple[Wire, ...]]:
    """The ends of all cables, by the machine that they are in."""
    ports = _free_ports(2 * len(spec.nodes))
    ends: dict[str, tuple[Wire, ...]] = {}
    for number, node in enumerate(spec.nodes):
        here, there = next(ports), next(ports)
        ends[node.name] = (Wire(mac=node.mac, here=here, there=there),)
        ends[NAME] = (*ends.get(NAME, ()), Wire(mac=f"{_MAC}{number:02x}", here=there, there=here))
    return ends


def _free_ports(count: int) -> Iterator[int]:
    """Ports that nobody has now; all are found before the first is given away, so that none comes twice."""
    with contextlib.ExitStack() as stack:
        found = []
        for _ in range(count):
            one = stack.enter_context(socket.socket(socket.AF_INET, socket.SOCK_DGRAM))
            one.bind(("127.0.0.1", 0))
            found.append(int(one.getsockname()[1]))
    return iter(found)
