"""A channel of a machine, as libvirt's own connection carries it: nothing of the host has to be reached for it."""

from __future__ import annotations

import queue

import libvirt

from harness.errors import LabError
from harness.providers.libvirt.flow import Flow


class ChannelPipe:
    """Bytes to and from a program that holds the other end."""

    def __init__(self, connection: libvirt.virConnect, domain: libvirt.virDomain, channel: str) -> None:
        self._heard: queue.SimpleQueue[bytes] = queue.SimpleQueue()
        self._flow = Flow(connection, self._heard.put)
        try:
            domain.openChannel(channel, self._flow.stream, libvirt.VIR_DOMAIN_CHANNEL_FORCE)
            self._flow.begin()
        except libvirt.libvirtError as refused:
            raise LabError(f"The channel '{channel}' of '{domain.name()}' cannot be opened: {refused}") from refused

    def send(self, data: bytes) -> None:
        """Send all of it."""
        self._flow.send(data)

    def receive(self) -> bytes:
        """The next bytes; none when it has ended."""
        return self._heard.get()

    def close(self) -> None:
        """End it, and let who waits for bytes know."""
        self._flow.close()
