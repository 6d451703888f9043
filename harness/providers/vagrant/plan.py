"""A lab in numbers, as the project's Vagrantfile reads it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from ipaddress import IPv4Network
from pathlib import Path
from xml.etree.ElementTree import Element

from harness.providers.libvirt.acceleration import Acceleration
from harness.providers.libvirt.guest import identity
from harness.providers.vagrant.box import VERSION, Box
from harness.spec import LabSpec, NodeSpec, Role
from harness.spec.connection import SYSTEM

#: Vagrant's own way in; not that of vagrant-libvirt's default network, which belongs to other people's machines.
MANAGEMENT = IPv4Network("192.168.177.0/24")
_BOOT_SECONDS = 60
#: Its first boot gives a machine's disks their identity, while Vagrant is already in.
_SETTLED = "while [ -e /etc/kubedrill/fresh ]; do sleep 1; done\n"


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """All that Vagrant has to be told of one lab."""

    spec: LabSpec
    box: Box
    private_key: Path
    acceleration: Acceleration
    #: What the names of all that Vagrant makes begin with.
    name: str
    pool: str
    description: str
    #: Where consoles are written; None leaves them to `virsh console`.
    consoles: Path | None = None
    #: Whether Vagrant itself makes and removes the lab's network.
    network_is_vagrants: bool = True
    #: What makes the machines a cluster, by machine; drills do that themselves.
    cluster: Mapping[str, str] = field(default_factory=dict)

    @property
    def management(self) -> str:
        """The network through which Vagrant reaches the machines."""
        return f"{self.name}-ssh"

    def console(self, node: NodeSpec) -> Path | None:
        """A machine's console log."""
        return self.consoles / f"console-{node.name}.log" if self.consoles else None

    def domain(self, node: NodeSpec) -> str:
        """A machine's name in libvirt."""
        return f"{self.name}-{node.name}"

    def document(self) -> dict[str, object]:
        """The plan as JSON."""
        return {
            "box": {"name": self.box.name, "version": VERSION, "url": f"file://{self.box.catalog}"},
            "private_key": str(self.private_key),
            "boot_seconds": round(_BOOT_SECONDS * self.acceleration.pace),
            "network": self.name,
            "network_is_vagrants": self.network_is_vagrants,
            "libvirt": {
                "uri": SYSTEM,
                "driver": self.acceleration.domain_type,
                "machine_type": "q35",
                "cpu": _cpu(self.acceleration.cpu()),
                "prefix": f"{self.name}-",
                "pool": self.pool,
                "description": self.description,
                "management": {"name": self.management, "address": str(MANAGEMENT)},
            },
            "machines": [self._machine(node) for node in self.spec.nodes],
        }

    def _machine(self, node: NodeSpec) -> dict[str, object]:
        console = self.console(node)
        return {
            "name": node.name,
            # A spare machine is switched on by who needs it: `vagrant up spare1`.
            "autostart": node.role is not Role.SPARE,
            "mac": node.mac,
            "ip": str(node.ip),
            "cpus": node.cpus,
            "memory_mib": node.memory_mib,
            "data_disks": [{"name": disk.name.value, "size_mib": disk.size_mib} for disk in node.data_disks],
            "console": str(console) if console else None,
            "files": identity(self.spec, node),
            "cluster": _SETTLED + self.cluster[node.name] if node.name in self.cluster else None,
        }


def _cpu(cpu: Element) -> dict[str, object]:
    return {
        "mode": cpu.get("mode"),
        "model": cpu.findtext("model"),
        "without": [feature.get("name") for feature in cpu.iter("feature") if feature.get("policy") == "disable"],
    }
