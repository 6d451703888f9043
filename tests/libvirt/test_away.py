"""Machines and disks of a libvirt that no path of ours leads to, on libvirt's own test driver."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path, PurePosixPath
from xml.etree.ElementTree import fromstring

import libvirt
import pytest

from harness.clock import NotYet
from harness.errors import LabError
from harness.facts.fact import Output
from harness.providers.libvirt.acceleration import Acceleration
from harness.providers.libvirt.cabling import cabled
from harness.providers.libvirt.connection import connected
from harness.providers.libvirt.domain import Hardware
from harness.providers.libvirt.guest import identity
from harness.providers.libvirt.pool import Pool
from harness.providers.libvirt.surroundings import Surroundings, knows_itself
from harness.providers.libvirt.witness import CHANNEL, NAME, witness_files, witness_node
from harness.spec import OsSlot, parse_shape
from harness.spec.connection import SESSION

pytestmark = pytest.mark.libvirt
_EMULATED = Acceleration(kvm=False, reason="no guest runs", qemu="10.0.2")


@pytest.fixture
def connection() -> Iterator[libvirt.virConnect]:
    with connected("test:///default") as connection:
        yield connection


def test_a_pool_is_made_filled_and_unmade_by_libvirt_alone(connection: libvirt.virConnect) -> None:
    pool = Pool(connection, "kd-x", PurePosixPath("/no/where"))
    with pytest.raises(LabError, match="not made yet"):
        pool.holds("one")
    pool.make()
    backing = Path("/seeds/a.qcow2")
    made = pool.over("one", backing, 6 * 2**30)
    assert pool.holds("one") == made
    pool.remove("one")
    pool.remove("one")
    assert pool.holds("one") is None
    pool.unmake()
    pool.unmake()
    assert "kd-x" not in [known.name() for known in connection.listAllStoragePools()]


def test_each_cable_has_two_ends_and_the_witness_is_at_one_of_each() -> None:
    ends = cabled(parse_shape("3+1"))
    ports = [wire.here for wires in ends.values() for wire in wires]
    assert len(ports) == len(set(ports)) == 10
    for name, wires in ends.items():
        if name != NAME:
            [wire] = wires
            assert [(other.here, other.there) for other in ends[NAME]].count((wire.there, wire.here)) == 1
    macs = [wire.mac for wires in ends.values() for wire in wires]
    assert len(macs) == len(set(macs))


def test_a_machine_of_a_session_has_a_cable_learns_who_it_is_and_belongs_to_its_user(
    connection: libvirt.virConnect, tmp_path: Path
) -> None:
    spec = parse_shape("1")
    node = spec.nodes[0]
    hardware = Hardware(
        name="kd-x-master1",
        run="x",
        node=node,
        network="kd-x",
        console=tmp_path / "console.log",
        os_disks={OsSlot.A: (tmp_path / "a.qcow2", "serial-a")},
        data_disks={},
        slot=OsSlot.A,
        acceleration=_EMULATED,
        surroundings=Surroundings(
            uri=SESSION,
            os_format="qcow2",
            owner=None,
            wires=cabled(spec),
            files={node.name: identity(spec, node)},
        ),
        channels=(CHANNEL,),
        sockets=tmp_path,
    )
    text = hardware.to_xml()
    domain = fromstring(text)
    assert [one.get("type") for one in domain.iter("interface")] == ["udp"]
    assert domain.find("seclabel") is None
    sockets = [one.get("path") for one in domain.findall("devices/channel/source")]
    assert sockets == [str(tmp_path / "c0"), str(tmp_path / "c1")]
    assert {one.get("type") for one in domain.iter("driver")} == {"qcow2"}
    assert CHANNEL in [one.get("name") for one in domain.iter("target")]
    assert any("kubedrill.file.etc+hostname=" in (entry.text or "") for entry in domain.iter("entry"))
    defined = connection.defineXML(text.replace('type="qemu"', 'type="test"', 1).replace("x-master1", "x-other"))
    assert "kubedrill.file.etc+hostname=" in defined.XMLDesc()
    defined.undefine()


def test_the_witness_has_its_address_on_a_bridge_of_all_its_cables_and_is_small() -> None:
    spec = parse_shape("1")
    files = witness_files(spec)
    assert "Address=10.77.0.1/24" in files["etc/systemd/network/10-kubedrill-lab.network"]
    assert witness_node(spec).os_slots == (OsSlot.A,)
    assert witness_node(spec).memory_mib == 1024


def test_a_machine_whose_disks_are_being_given_an_identity_is_not_ready() -> None:
    class Channel:
        status = 0

        def run(self, *_: object, **__: object) -> Output:
            return Output(status=self.status, stdout="")

        def put(self, path: str, content: bytes, mode: int = 0o644) -> None: ...

        def get(self, path: str) -> bytes:
            raise NotImplementedError

    channel = Channel()
    assert isinstance(knows_itself(channel), NotYet)
    channel.status = 1
    assert knows_itself(channel) is True
