"""A pool of libvirt for the disks of one lab: where its own user can reach them, which it cannot in a user's cache."""

from __future__ import annotations

import contextlib
import shutil
from collections.abc import Iterator
from xml.etree.ElementTree import Element, SubElement, tostring

import libvirt

from harness.errors import LabError
from harness.ownership import Kind, Lease
from harness.ownership.places import POOLS


@contextlib.contextmanager
def storage_pool(connection: libvirt.virConnect, lease: Lease) -> Iterator[str]:
    """A pool of the lab's name for as long as the block lasts, and its volumes with it."""
    folder = POOLS / lease.name
    lease.claim(Kind.POOL, lease.name)
    folder.mkdir(parents=True, mode=0o711)
    try:
        connection.storagePoolCreateXML(pool_xml(lease.name), 0)
    except libvirt.libvirtError as refused:
        raise LabError(f"libvirt cannot make the pool '{lease.name}': {refused}") from refused
    try:
        yield lease.name
    finally:
        if not lease.kept:
            try:
                connection.storagePoolLookupByName(lease.name).destroy()
            except libvirt.libvirtError as refused:
                raise LabError(f"libvirt cannot end the pool '{lease.name}': {refused}") from refused
            shutil.rmtree(folder)
            lease.release(Kind.POOL, lease.name)


def pool_xml(name: str) -> str:
    """A pool that is a folder, and that libvirt forgets when it ends."""
    pool = Element("pool", type="dir")
    SubElement(pool, "name").text = name
    SubElement(SubElement(pool, "target"), "path").text = str(POOLS / name)
    return tostring(pool, encoding="unicode")
