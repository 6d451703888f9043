"""The boot order of a machine that Vagrant has made."""

from __future__ import annotations

from xml.etree.ElementTree import Element, SubElement, tostring

from harness.errors import LabError
from harness.facts.reading import shortened
from harness.spec import OsSlot
from harness.strict_xml import xml_root

#: What vagrant-libvirt calls the disks of a box.
_ALIASES = {OsSlot.A: "ua-box-volume-0", OsSlot.B: "ua-box-volume-1"}


def booting_from(description: str, slot: OsSlot) -> str:
    """A domain's description in which only this OS disk has a place in the boot order, and the console goes on."""
    try:
        domain = xml_root(description)
    except ValueError as bad:
        raise LabError(f"What libvirt describes cannot be used: {shortened(str(bad))}") from bad
    system = domain.find("os")
    for order in () if system is None else system.findall("boot"):
        # It stands for the first disk, and libvirt takes no order of single disks beside it.
        system.remove(order)  # type: ignore[union-attr]
    disks = {_alias(disk): disk for disk in domain.iter("disk")}
    for disk in disks.values():
        for order in disk.findall("boot"):
            disk.remove(order)
    chosen = disks.get(_ALIASES[slot])
    if chosen is None:
        raise LabError(
            f"The machine '{shortened(domain.findtext('name') or '')}' has no OS disk '{slot}' that Vagrant made"
        )
    SubElement(chosen, "boot", order="1")
    for tag in ("serial", "console"):
        for source in domain.iterfind(f"devices/{tag}[@type='file']/source"):
            source.set("append", "on")
    return tostring(domain, encoding="unicode")


def _alias(disk: Element) -> str:
    alias = disk.find("alias")
    return (alias.get("name") or "") if alias is not None else ""
