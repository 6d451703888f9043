"""The way to libvirt's daemon."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator

import libvirt

from harness.errors import LabError, hinted
from harness.providers.libvirt.flow import watch_events
from harness.spec.connection import SYSTEM

_SETUP = "Run `kubedrill setup --provider libvirt`: it installs libvirt and starts its daemon where nothing else does."


@contextlib.contextmanager
def connected(uri: str = SYSTEM) -> Iterator[libvirt.virConnect]:
    """A connection for as long as the block lasts."""
    # Each error is raised as well; libvirt would print it a second time.
    libvirt.registerErrorHandler(lambda _context, _error: None, None)
    if uri != SYSTEM:
        watch_events()
    try:
        connection = libvirt.open(uri)
    except libvirt.libvirtError as refused:
        raise hinted(LabError(f"libvirt cannot be reached at '{uri}': {refused}"), _SETUP) from refused
    try:
        yield connection
    finally:
        connection.close()


def domain_named(connection: libvirt.virConnect, name: str) -> libvirt.virDomain | None:
    """A domain that runs or is defined, if there is one of this name."""
    try:
        return connection.lookupByName(name)
    except libvirt.libvirtError as missing:
        if missing.get_error_code() == libvirt.VIR_ERR_NO_DOMAIN:
            return None
        raise LabError(f"libvirt cannot look for the machine '{name}': {missing}") from missing


def resident(domain: libvirt.virDomain | None) -> int | None:
    """Bytes that the emulator of a domain has in memory; 0 without a domain, None where libvirt does not say."""
    if domain is None:
        return 0
    try:
        kibibytes = domain.memoryStats().get("rss")
    except libvirt.libvirtError:
        # It went off between two lines, or is being moved to or from a file.
        return None
    return None if kibibytes is None else int(kibibytes) * 1024
