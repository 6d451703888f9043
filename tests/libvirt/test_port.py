"""A virtual machine's port on the lab's bridge is found by the machine's address."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any, cast

import pytest

from harness.errors import LabError
from harness.providers.libvirt import port
from harness.spec import parse_shape

pytestmark = pytest.mark.libvirt
NODE = parse_shape("1").nodes[0]
DOMAIN = f"""<domain><devices>
<interface type="network"><mac address="52:54:00:00:00:99"/><target dev="vnet0"/></interface>
<interface type="network"><mac address="{NODE.mac}"/><target dev="vnet7"/></interface>
</devices></domain>"""


def test_a_virtual_machines_port_is_found_by_its_address_and_taken_off_the_bridge(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    ran: list[list[str]] = []
    monkeypatch.setattr(port, "run", ran.append)
    tap = port.tap_of(cast(Any, SimpleNamespace(XMLDesc=lambda: DOMAIN)), NODE)
    port.pull_off(tap, NODE.name)
    port.put_on(tap, "kdb1", NODE.name)
    assert ran == [
        ["ip", "link", "set", "vnet7", "nomaster"],
        ["ip", "link", "set", "vnet7", "master", "kdb1"],
    ]


def test_a_virtual_machine_without_a_port_of_its_own_address_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(port, "run", pytest.fail)
    with pytest.raises(LabError, match="no interface with the address"):
        port.tap_of(cast(Any, SimpleNamespace(XMLDesc=lambda: "<domain/>")), NODE)
