"""What guest agents, emulators and libvirt itself send is read strictly: a machine may be broken."""

from __future__ import annotations

import base64
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from xml.etree.ElementTree import Element

from harness.errors import LabError
from harness.facts.reading import shortened
from harness.strict_json import json_table
from harness.strict_xml import xml_root

#: What a shell says of a command that a signal has ended, less the signal's number.
_KILLED = 128


@dataclass(frozen=True, slots=True, kw_only=True)
class Ended:
    """A command that has ended on a machine."""

    status: int
    stdout: bytes
    stderr: bytes


def returned(answer: str, machine: str, what: str) -> dict[str, Any]:
    """What a guest agent returned."""
    try:
        told = json_table(answer)["return"]
    except (ValueError, KeyError) as bad:
        raise LabError(f"The agent of machine '{machine}' gave no answer to '{what}': {shortened(str(bad))}") from bad
    if not isinstance(told, dict):
        raise LabError(
            f"The agent of machine '{machine}' gave no answer to '{what}', but {shortened(repr(told)[:200])}"
        )
    return told


def number_of(state: dict[str, Any], machine: str) -> int:
    """The process that an agent has started."""
    number = state.get("pid")
    if not isinstance(number, int) or isinstance(number, bool) or number < 1:
        raise LabError(f"The agent of machine '{machine}' does not say which process it has started")
    return number


def ended(state: dict[str, Any], machine: str) -> Ended:
    """How a command has ended, by what the agent says of it."""
    try:
        status = int(state["exitcode"]) if "exitcode" in state else _KILLED + int(state.get("signal", 0))
        out, err = (base64.b64decode(state.get(field, ""), validate=True) for field in ("out-data", "err-data"))
    except (ValueError, TypeError, OverflowError) as bad:
        raise LabError(
            f"The agent of machine '{machine}' does not say how a command ended: {shortened(str(bad))}"
        ) from bad
    return Ended(status=status, stdout=out, stderr=err)


def monitor_reply(answer: str, machine: str, command: str) -> Any:
    """What an emulator returned; a refusal is an error in its words."""
    try:
        said = json_table(answer)
    except ValueError as bad:
        raise LabError(f"The emulator of machine '{machine}' gave no answer: {shortened(str(bad))}") from bad
    if "error" in said or "return" not in said:
        error = said.get("error")
        why = str(error.get("desc")) if isinstance(error, dict) else str(error)
        raise LabError(f"The emulator of machine '{machine}' refused '{command}': {shortened(why)}")
    return said["return"]


def described(text: str) -> Element:
    """What libvirt says of a domain or a disk."""
    try:
        return xml_root(text)
    except ValueError as bad:
        raise LabError(f"What libvirt describes cannot be used: {shortened(str(bad))}") from bad


def place_of(disk: str) -> str | None:
    """Where a disk is put."""
    return _place(described(disk))


def places_in(domain: str) -> dict[str, str]:
    """The alias of each disk of a domain, by its place."""
    return {place: alias for place, alias in _places(described(domain)) if place is not None}


def tap_in(domain: str, mac: str, machine: str) -> str:
    """The host's end of the interface with this address."""
    for interface in described(domain).iter("interface"):
        own, target = interface.find("mac"), interface.find("target")
        if own is not None and target is not None and own.get("address") == mac:
            return target.get("dev", "")
    raise LabError(f"The machine '{machine}' has no interface with the address {mac}")


def _places(domain: Element) -> Iterator[tuple[str | None, str]]:
    for disk in domain.iter("disk"):
        alias = disk.find("alias")
        yield _place(disk), "" if alias is None else alias.get("name", "")


def _place(disk: Element) -> str | None:
    target = disk.find("target")
    return None if target is None else target.get("dev")
