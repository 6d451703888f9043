"""Disks that libvirt keeps: a pool on its own host, filled through its connection and by no path of ours."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from io import FileIO
from pathlib import Path, PurePosixPath
from xml.etree.ElementTree import Element, SubElement, tostring

import libvirt

from harness.errors import LabError
from harness.ownership import Kind, Lease
from harness.providers.libvirt.upload import send

_FORMAT = "qcow2"


class Pool:
    """A folder that libvirt made, and the volumes in it."""

    def __init__(self, connection: libvirt.virConnect, name: str, folder: PurePosixPath) -> None:
        self.name = name
        self._connection = connection
        self._folder = folder
        self._pool: libvirt.virStoragePool | None = None

    def make(self) -> None:
        """Let libvirt make it, its folder included; one that is there already is taken as it is."""
        with _told(f"libvirt cannot make the pool '{self.name}'"):
            known = {pool.name(): pool for pool in self._connection.listAllStoragePools()}
            pool = known.get(self.name)
            if pool is None:
                pool = self._connection.storagePoolDefineXML(pool_xml(self.name, self._folder))
                pool.build()
            if not pool.isActive():
                pool.create()
            self._pool = pool

    def unmake(self) -> None:
        """Remove it with all its volumes and its folder."""
        with _told(f"libvirt cannot end the pool '{self.name}'"):
            pool = next((one for one in self._connection.listAllStoragePools() if one.name() == self.name), None)
            if pool is None:
                return
            if pool.isActive():
                pool.refresh()
                for volume in pool.listAllVolumes():
                    volume.delete()
                pool.destroy()
            pool.delete()
            pool.undefine()

    def holds(self, volume: str) -> Path | None:
        """Where a volume lies on libvirt's host, if it is there."""
        with _told(f"libvirt cannot look into the pool '{self.name}'"):
            found = {one.name(): one for one in self._open().listAllVolumes()}
            return Path(found[volume].path()) if volume in found else None

    def over(self, volume: str, backing: Path, size: int) -> Path:
        """A volume that is another disk until it is written to."""
        with _told(f"libvirt cannot make the disk '{volume}'"):
            description = volume_xml(volume, size, backing=(str(backing), _FORMAT))
            return Path(self._open().createXML(description).path())

    def upload(self, volume: str, source: FileIO, size: int, kind: str = _FORMAT) -> Path:
        """A volume with this content, its holes left out."""
        with _told(f"libvirt cannot take the disk '{volume}'"):
            made = self._open().createXML(volume_xml(volume, size, kind=kind))
            send(self._connection, made, source)
            return Path(made.path())

    def blank(self, volume: str) -> None:
        """A volume of which only the name matters."""
        with _told(f"libvirt cannot make the disk '{volume}'"):
            self._open().createXML(volume_xml(volume, 0, kind="raw"))

    def remove(self, volume: str) -> None:
        """Let a volume not be there."""
        with _told(f"libvirt cannot remove the disk '{volume}'"):
            for one in self._open().listAllVolumes():
                if one.name() == volume:
                    one.delete()

    def _open(self) -> libvirt.virStoragePool:
        if self._pool is None:
            raise LabError(f"The pool '{self.name}' is not made yet")
        return self._pool


@contextlib.contextmanager
def leased_pool(connection: libvirt.virConnect, lease: Lease, folder: PurePosixPath, uri: str) -> Iterator[Pool]:
    """The lab's pool for as long as the block lasts, unless the lab is kept."""
    pool = Pool(connection, lease.name, folder)
    lease.claim(Kind.POOL, lease.name, uri=uri)
    try:
        pool.make()
        yield pool
    finally:
        if not lease.kept:
            pool.unmake()
            lease.release(Kind.POOL, lease.name)


def pool_xml(name: str, folder: PurePosixPath) -> str:
    """A pool that is a folder."""
    pool = Element("pool", type="dir")
    SubElement(pool, "name").text = name
    target = SubElement(pool, "target")
    SubElement(target, "path").text = str(folder)
    # libvirt's own user goes through it, and nobody else looks into it.
    SubElement(SubElement(target, "permissions"), "mode").text = "0711"
    return tostring(pool, encoding="unicode")


def volume_xml(name: str, size: int, *, kind: str = _FORMAT, backing: tuple[str, str] | None = None) -> str:
    """A volume that takes only what is written to it."""
    volume = Element("volume")
    SubElement(volume, "name").text = name
    SubElement(volume, "capacity").text = str(size)
    SubElement(volume, "allocation").text = "0"
    SubElement(SubElement(volume, "target"), "format", type=kind)
    if backing is not None:
        store = SubElement(volume, "backingStore")
        SubElement(store, "path").text = backing[0]
        SubElement(store, "format", type=backing[1])
    return tostring(volume, encoding="unicode")


@contextlib.contextmanager
def _told(what: str) -> Iterator[None]:
    try:
        yield
    except libvirt.libvirtError as refused:
        raise LabError(f"{what}: {refused}") from refused
