"""The console of a machine on another host: libvirt carries each line here, from the first one on."""

from __future__ import annotations

from pathlib import Path

import libvirt

from harness.providers.libvirt.flow import Flow


def listened_to(connection: libvirt.virConnect, xml: str, log: Path) -> libvirt.virDomain:
    """Start a machine, with what it says on its console going into a log of ours."""

    def write_down(said: bytes) -> None:
        with log.open("ab") as file:
            file.write(said)

    domain = connection.createXML(xml, libvirt.VIR_DOMAIN_START_PAUSED)
    flow = Flow(connection, write_down)
    domain.openConsole(None, flow.stream, libvirt.VIR_DOMAIN_CONSOLE_FORCE)
    flow.begin()
    domain.resume()
    return domain
