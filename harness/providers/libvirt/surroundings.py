"""What differs between the libvirts that a machine may live on."""

from __future__ import annotations

import base64
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from xml.etree.ElementTree import Element, SubElement

from harness.clock import NotYet
from harness.providers.local.power import containerd_runs
from harness.providers.seam import Channel
from harness.spec.connection import SYSTEM

#: The disks lie in the user's cache, where libvirt's own user cannot go; this leaves their owner as it is, too.
_ROOTS_OWN = "+0:+0"
_LOOPBACK = "127.0.0.1"


@dataclass(frozen=True, slots=True, kw_only=True)
class Wire:
    """One end of a cable between two machines of a user who may make no networks: two ports of the loopback."""

    mac: str
    here: int
    there: int

    def to_xml(self) -> Element:
        """The interface at this end."""
        interface = Element("interface", type="udp")
        SubElement(interface, "mac", address=self.mac)
        source = SubElement(interface, "source", address=_LOOPBACK, port=str(self.there))
        SubElement(source, "local", address=_LOOPBACK, port=str(self.here))
        SubElement(interface, "model", type="virtio")
        return interface


@dataclass(frozen=True, slots=True, kw_only=True)
class Surroundings:
    """How a machine's disks, cables and logs are made here; without a word, as on this host's own libvirt."""

    uri: str = SYSTEM
    os_format: str = "raw"
    #: Whom its emulator's files belong to; None leaves it to libvirt.
    owner: str | None = _ROOTS_OWN
    #: Its cables by the machine's name; without any it is plugged into the lab's network.
    wires: Mapping[str, tuple[Wire, ...]] = field(default_factory=dict)
    #: The files that it learns with its hardware, by the machine's name.
    files: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    #: Whether sockets lie with the machine's files: below a user's home, where libvirt has them, paths get too long.
    own_sockets: bool = False
    #: Whether libvirt's host is this one, so that it can write where we read.
    is_here: bool = True
    booted: Callable[[Channel], bool | NotYet] = containerd_runs

    def with_boot(self, booted: Callable[[Channel], bool | NotYet]) -> Surroundings:
        """The same for a machine that is ready at another moment."""
        return replace(self, booted=booted)

    def strings(self, machine: str) -> tuple[str, ...]:
        """The strings of its firmware, which systemd hands on as credentials; from them it makes the files."""
        return tuple(
            f"io.systemd.credential.binary:kubedrill.file.{path.replace('/', '+')}="
            + base64.b64encode(text.encode()).decode()
            for path, text in self.files.get(machine, {}).items()
        )


def knows_itself(channel: Channel) -> bool | NotYet:
    """Whether the disks of a machine that learns at its boot whose it is have got an identity."""
    if channel.run(["test", "-e", "/etc/kubedrill/fresh"]).status == 0:
        return NotYet("its disks are being given an identity")
    return True


def knows_itself_and_runs(channel: Channel) -> bool | NotYet:
    """The same for a machine of the cluster."""
    known = knows_itself(channel)
    return known if known is not True else containerd_runs(channel)
