"""Whether guests run under KVM on another host, found out by letting one run there."""

from __future__ import annotations

import contextlib
import os
import tempfile
import threading
from pathlib import PurePosixPath
from xml.etree.ElementTree import Element, SubElement, tostring

import libvirt

from harness.ownership.places import POOLS
from harness.providers.libvirt.acceleration import ALIVE, DEADLINE, Acceleration, smoke_sector
from harness.providers.libvirt.connection import connected
from harness.providers.libvirt.flow import Flow
from harness.providers.libvirt.pool import Pool

#: Beside the pools of labs; its name is that of no run, so no reap looks at it.
_POOL = "kubedrill-smoke"


def proven_on(uri: str) -> Acceleration:
    """What a guest of one sector showed there; libvirt ends it with our connection, whatever becomes of us."""
    with connected(uri) as connection:
        number = connection.getVersion()
        qemu = f"{number // 1_000_000}.{number // 1000 % 1000}.{number % 1000}"
        pool = Pool(connection, f"{_POOL}-{os.getpid()}", PurePosixPath(POOLS.parent / f"{_POOL}-{os.getpid()}"))
        pool.make()
        try:
            return _smoked(connection, pool, qemu)
        finally:
            pool.unmake()


def _smoked(connection: libvirt.virConnect, pool: Pool, qemu: str) -> Acceleration:
    with tempfile.TemporaryFile(buffering=0) as sector:
        sector.write(smoke_sector())
        sector.seek(0)
        disk = pool.upload("smoke.img", sector, len(smoke_sector()), "raw")
    flags = libvirt.VIR_DOMAIN_START_PAUSED | libvirt.VIR_DOMAIN_START_AUTODESTROY
    try:
        domain = connection.createXML(_guest(pool.name, str(disk)), flags)
    except libvirt.libvirtError as refused:
        words = str(refused).strip().splitlines()[-1]
        return Acceleration(kvm=False, reason=f"no guest runs under KVM there: {words}", qemu=qemu)
    try:
        heard, alive = bytearray(), threading.Event()

        def hear(said: bytes) -> None:
            heard.extend(said)
            if ALIVE.encode() in heard:
                alive.set()

        flow = Flow(connection, hear)
        domain.openConsole(None, flow.stream, libvirt.VIR_DOMAIN_CONSOLE_FORCE)
        flow.begin()
        domain.resume()
        said = alive.wait(DEADLINE.total_seconds())
    finally:
        with contextlib.suppress(libvirt.libvirtError):
            domain.destroy()
    if said:
        return Acceleration(kvm=True, reason="a guest ran there and said so", qemu=qemu)
    silent = f"a guest gave no sign of life there within {DEADLINE.total_seconds():.0f} s"
    return Acceleration(kvm=False, reason=silent, qemu=qemu)


def _guest(name: str, disk: str) -> str:
    domain = Element("domain", type="kvm")
    SubElement(domain, "name").text = name
    SubElement(domain, "memory", unit="MiB").text = "64"
    SubElement(SubElement(domain, "os"), "type", arch="x86_64", machine="q35").text = "hvm"
    SubElement(SubElement(domain, "features"), "acpi")
    SubElement(domain, "cpu", mode="host-passthrough")
    devices = SubElement(domain, "devices")
    drive = SubElement(devices, "disk", type="file", device="disk")
    SubElement(drive, "driver", name="qemu", type="raw")
    SubElement(drive, "source", file=disk)
    SubElement(drive, "target", dev="sda", bus="sata")
    SubElement(devices, "serial", type="pty")
    SubElement(devices, "memballoon", model="none")
    return tostring(domain, encoding="unicode")
