"""A machine's port on the lab's bridge, which is one of this host."""

from __future__ import annotations

import libvirt

from harness.errors import LabError
from harness.providers.libvirt.reply import tap_in
from harness.shell import run
from harness.spec import NodeSpec


def tap_of(domain: libvirt.virDomain, node: NodeSpec) -> str:
    """The interface of this host that is the other end of the machine's own."""
    try:
        description = domain.XMLDesc()
    except libvirt.libvirtError as refused:
        raise LabError(f"libvirt does not say how machine '{node.name}' is connected: {refused}") from refused
    return tap_in(description, node.mac, node.name)


def pull_off(tap: str, machine: str) -> None:
    """Take the port off its bridge; the machine's own link stays up."""
    _link(tap, machine, "nomaster")


def put_on(tap: str, bridge: str, machine: str) -> None:
    """Put the port on a bridge, where it may be already."""
    _link(tap, machine, "master", bridge)


def _link(tap: str, machine: str, *words: str) -> None:
    if not tap:
        raise LabError(f"The machine '{machine}' has no port on a bridge of this host")
    run(["ip", "link", "set", tap, *words])
