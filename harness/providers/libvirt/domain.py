"""A virtual machine in libvirt's words."""

from __future__ import annotations

import uuid
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from xml.etree.ElementTree import Element, SubElement, tostring

from harness.providers.libvirt.acceleration import Acceleration
from harness.providers.libvirt.surroundings import Surroundings
from harness.spec import DataDisk, NodeSpec, OsSlot

#: The name space of what a domain says of its run.
METADATA = "urn:kubedrill:run"
AGENT = "org.qemu.guest_agent.0"


@dataclass(frozen=True, slots=True, kw_only=True)
class Hardware:
    """All that one boot of a machine is made of."""

    name: str
    run: str
    node: NodeSpec
    network: str
    console: Path
    os_disks: Mapping[OsSlot, tuple[Path, str]]
    data_disks: Mapping[DataDisk, Path]
    slot: OsSlot
    acceleration: Acceleration
    surroundings: Surroundings = field(default_factory=Surroundings)
    #: Channels beside the agent's.
    channels: tuple[str, ...] = ()
    #: Where their sockets lie, unless libvirt has a place of its own.
    sockets: Path | None = None

    @property
    def identity(self) -> uuid.UUID:
        """The same for each boot of this machine, and no other's."""
        return uuid.uuid5(uuid.NAMESPACE_OID, self.name)

    def to_xml(self) -> str:
        """The domain's description."""
        domain = Element("domain", type=self.acceleration.domain_type)
        _text(domain, "name", self.name)
        _text(domain, "uuid", str(self.identity))
        SubElement(SubElement(domain, "metadata"), f"{{{METADATA}}}run").text = self.run
        _text(domain, "memory", str(self.node.memory_mib), unit="MiB")
        _text(domain, "vcpu", str(self.node.cpus))
        system = SubElement(domain, "os")
        _text(system, "type", "hvm", arch="x86_64", machine="q35")
        self._identify(domain, system)
        features = SubElement(domain, "features")
        SubElement(features, "acpi")
        SubElement(features, "apic")
        domain.append(self.acceleration.cpu())
        SubElement(domain, "clock", offset="utc")
        _text(domain, "on_reboot", "restart")
        _text(domain, "on_crash", "destroy")
        self._devices(domain)
        if self.surroundings.owner is not None:
            label = SubElement(domain, "seclabel", type="static", model="dac", relabel="no")
            _text(label, "label", self.surroundings.owner)
        return tostring(domain, encoding="unicode")

    def data_disk(self, name: DataDisk) -> str:
        """One data disk alone, in the place that it has at boot."""
        disks = enumerate(self._disks())
        return next(tostring(_disk(number, *told), encoding="unicode") for number, told in disks if told[1] == name)

    def _identify(self, domain: Element, system: Element) -> None:
        strings = self.surroundings.strings(self.node.name)
        if not strings:
            return
        SubElement(system, "smbios", mode="sysinfo")
        entries = SubElement(SubElement(domain, "sysinfo", type="smbios"), "oemStrings")
        for string in strings:
            _text(entries, "entry", string)

    def _devices(self, domain: Element) -> None:
        devices = SubElement(domain, "devices")
        devices.extend(_disk(number, *told) for number, told in enumerate(self._disks()))
        self._cables(devices)
        console = SubElement(devices, "serial", type="pty")
        if self.surroundings.is_here:
            SubElement(console, "log", file=str(self.console), append="on")
        for number, name in enumerate((AGENT, *self.channels)):
            channel = SubElement(devices, "channel", type="unix")
            if self.sockets is not None:
                SubElement(channel, "source", mode="bind", path=str(self.sockets / f"c{number}"))
            SubElement(channel, "target", type="virtio", name=name)
        _text(SubElement(devices, "rng", model="virtio"), "backend", "/dev/urandom", model="random")
        SubElement(devices, "memballoon", model="none")

    def _cables(self, devices: Element) -> None:
        wires = self.surroundings.wires.get(self.node.name)
        if wires:
            devices.extend(wire.to_xml() for wire in wires)
            return
        interface = SubElement(devices, "interface", type="network")
        SubElement(interface, "mac", address=self.node.mac)
        SubElement(interface, "source", network=self.network)
        SubElement(interface, "model", type="virtio")

    def _disks(self) -> Iterator[tuple[Path, str, bool, str]]:
        for slot, (file, serial) in sorted(self.os_disks.items()):
            yield file, serial, slot is self.slot, self.surroundings.os_format
        for name, file in sorted(self.data_disks.items()):
            yield file, name.value, False, "raw"


def _disk(number: int, file: Path, serial: str, chosen: bool, kind: str) -> Element:
    disk = Element("disk", type="file", device="disk")
    # The host does not lose power with the machine: what the machine flushed is in the host's hands.
    SubElement(disk, "driver", name="qemu", type=kind, cache="unsafe", discard="unmap")
    SubElement(disk, "source", file=str(file))
    SubElement(disk, "target", dev=f"vd{chr(ord('a') + number)}", bus="virtio")
    _text(disk, "serial", serial)
    if chosen:
        # No other disk has an order: a machine whose chosen disk does not boot must not boot at all.
        SubElement(disk, "boot", order="1")
    return disk


def _text(parent: Element, tag: str, text: str, **attributes: str) -> None:
    SubElement(parent, tag, attributes).text = text
