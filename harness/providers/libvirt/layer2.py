"""The lab's layer 2: an isolated network of libvirt, with a port for the witness and no address of the host."""

from __future__ import annotations

import contextlib
import hashlib
from collections.abc import Iterator
from xml.etree.ElementTree import Element, SubElement, tostring

import libvirt

from harness.errors import LabError
from harness.ownership import Kind, Lease
from harness.providers.libvirt.domain import METADATA
from harness.providers.local.namespace import Namespace, configure
from harness.shell import capture, run
from harness.spec import LabSpec

_WITNESS = "eth0"


class BridgedLayer2:
    """A bridge that libvirt keeps, and a namespace from which the witness looks into it."""

    def __init__(self, connection: libvirt.virConnect, name: str, spec: LabSpec, lease: Lease) -> None:
        self.name = name
        self.namespace = Namespace(name, lease)
        self.bridge, self._port = bridge_of(name), f"kdw{_mark(name)}"
        self._connection = connection
        self._spec = spec
        self._lease = lease

    def make(self) -> None:
        """Create bridge, namespace, and the wire between them."""
        self._lease.claim(Kind.NETWORK, self.name)
        self._lease.claim(Kind.LINK, self.bridge)
        make_network(self._connection, network_xml(self.name, self.bridge, self._lease.run), self.name)
        self.namespace.create()
        self._lease.claim(Kind.LINK, self._port)
        run(["ip", "link", "add", self._port, "type", "veth", "peer", "name", _WITNESS, "netns", self.name])
        run(["ip", "link", "set", self._port, "master", self.bridge, "up"])
        configure(
            self.name,
            f"address add {self._spec.witness}/{self._spec.network.prefixlen} dev {_WITNESS}",
            f"link set {_WITNESS} up",
            "link set lo up",
        )

    def unmake(self) -> None:
        """Remove all of it."""
        with contextlib.ExitStack() as steps:
            steps.callback(self._lease.release, Kind.LINK, self.bridge)
            steps.callback(self._lease.release, Kind.NETWORK, self.name)
            steps.callback(end_network, self._connection, self.name)
            steps.callback(self._lease.release, Kind.LINK, self._port)
            steps.callback(self.namespace.remove)
            # Not left to the namespace's end: the kernel takes its time with that.
            steps.callback(capture, ["ip", "link", "delete", self._port])


def make_network(connection: libvirt.virConnect, description: str, name: str) -> None:
    """Let libvirt make a network that it forgets when it ends."""
    try:
        connection.networkCreateXML(description)
    except libvirt.libvirtError as refused:
        raise LabError(f"libvirt cannot make the network '{name}': {refused}") from refused


def end_network(connection: libvirt.virConnect, name: str) -> None:
    """Let a network not be there."""
    try:
        connection.networkLookupByName(name).destroy()
    except libvirt.libvirtError as refused:
        if refused.get_error_code() != libvirt.VIR_ERR_NO_NETWORK:
            raise LabError(f"libvirt cannot end the network '{name}': {refused}") from refused


def bridge_of(name: str) -> str:
    """The bridge of a lab's network: the kernel allows an interface 15 characters."""
    return f"kdb{_mark(name)}"


def _mark(name: str) -> str:
    return hashlib.sha256(name.encode()).hexdigest()[:10]


def network_xml(name: str, bridge: str, run_id: str) -> str:
    """A network without addresses, and so without a DHCP server: nothing but layer 2."""
    network = Element("network")
    SubElement(network, "name").text = name
    SubElement(SubElement(network, "metadata"), f"{{{METADATA}}}run").text = run_id
    SubElement(network, "bridge", name=bridge, stp="off", delay="0")
    return tostring(network, encoding="unicode")


@contextlib.contextmanager
def isolated_network(connection: libvirt.virConnect, lease: Lease, uri: str) -> Iterator[None]:
    """A network of another host, in which nothing of that host stands either."""
    lease.claim(Kind.NETWORK, lease.name, uri=uri)
    try:
        make_network(connection, network_xml(lease.name, bridge_of(lease.name), lease.run), lease.name)
        yield
    finally:
        if not lease.kept:
            end_network(connection, lease.name)
            lease.release(Kind.NETWORK, lease.name)


@contextlib.contextmanager
def bridged_layer2(connection: libvirt.virConnect, name: str, spec: LabSpec, lease: Lease) -> Iterator[BridgedLayer2]:
    """The lab's layer 2 for as long as the block lasts."""
    network = BridgedLayer2(connection, name, spec, lease)
    try:
        network.make()
        yield network
    finally:
        network.namespace.leave()
        if not lease.kept:
            network.unmake()
