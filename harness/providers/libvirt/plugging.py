"""Disks that die in, are pulled out of, and are put into a domain that runs."""

from __future__ import annotations

import json
from typing import Any

import libvirt
import libvirt_qemu

from harness.clock import Deadline, NotYet, wait_for
from harness.errors import LabError
from harness.providers.libvirt.reply import monitor_reply, place_of, places_in

#: What an emulator puts between a machine and a file to try out how the machine takes errors.
_DEAD = "kubedrill-dead-"


def let_die(domain: libvirt.virDomain, disk: str, machine: str) -> None:
    """Leave a disk in and answer each write and flush with an error, as one does whose medium is gone."""
    top = _top_of(domain, disk, machine)
    dead = f"{_DEAD}{top['node-name']}"
    errors = [{"event": "none", "iotype": kind, "errno": 5} for kind in ("write", "write-zeroes", "discard", "flush")]
    under = str(top["node-name"]).replace("-format", "-storage")
    _ask(domain, machine, "blockdev-add", driver="blkdebug", node_name=dead, image=under, inject_error=errors)
    _ask(domain, machine, "blockdev-reopen", options=[{**_kept(top), "file": dead}])


def pull(domain: libvirt.virDomain, disk: str, machine: str, deadline: Deadline) -> None:
    """Take a disk out, whoever uses it; it is out when the domain has it no more."""
    try:
        domain.detachDeviceFlags(disk, libvirt.VIR_DOMAIN_AFFECT_LIVE)
    except libvirt.libvirtError as refused:
        raise LabError(f"No disk can be pulled out of machine '{machine}': {refused}") from refused
    still = NotYet("it is still in")
    wait_for(f"the disk to be out of machine '{machine}'", lambda: still if is_in(domain, disk) else True, deadline)


def plug(domain: libvirt.virDomain, disk: str, machine: str) -> None:
    """Put a disk in."""
    try:
        domain.attachDeviceFlags(disk, libvirt.VIR_DOMAIN_AFFECT_LIVE)
    except libvirt.libvirtError as refused:
        raise LabError(f"No disk can be put into machine '{machine}': {refused}") from refused


def is_in(domain: libvirt.virDomain, disk: str) -> bool:
    """Whether something is in the disk's place."""
    try:
        description = domain.XMLDesc()
    except libvirt.libvirtError as refused:
        raise LabError(f"libvirt does not say which disks a machine has: {refused}") from refused
    return place_of(disk) in places_in(description)


def _top_of(domain: libvirt.virDomain, disk: str, machine: str) -> dict[str, Any]:
    place = place_of(disk)
    name = places_in(domain.XMLDesc()).get(place or "", "")
    for block in _ask(domain, machine, "query-block"):
        if f"/{name}/" in block.get("qdev", "") and block["inserted"]["drv"] == "raw":
            return dict(block["inserted"])
    raise LabError(f"The emulator of machine '{machine}' does not say what lies under its disk '{place}'")


def _kept(top: dict[str, Any]) -> dict[str, Any]:
    return {
        "driver": "raw",
        "node-name": top["node-name"],
        "read-only": False,
        "discard": "unmap",
        "cache": {"direct": top["cache"]["direct"], "no-flush": False},
    }


def _ask(domain: libvirt.virDomain, machine: str, command: str, **arguments: Any) -> Any:
    told = {name.replace("_", "-"): value for name, value in arguments.items()}
    try:
        answer = libvirt_qemu.qemuMonitorCommand(domain, json.dumps({"execute": command, "arguments": told}), 0)
    except libvirt.libvirtError as refused:
        raise LabError(f"The emulator of machine '{machine}' cannot be asked: {refused}") from refused
    return monitor_reply(answer, machine, command)
