"""The lab's layer 2: one network namespace with a bridge, one more for each machine that has power."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from pathlib import Path

from harness.ownership import Lease
from harness.providers.local.namespace import NAMESPACES, Namespace, configure, create_namespace, remove_namespace
from harness.shell import capture
from harness.spec import LabSpec, NodeSpec

_BRIDGE = "lab"


class Layer2(Namespace):
    """A bridge in a namespace of its own: nothing in it reaches the host, and equal addresses never meet."""

    def __init__(self, name: str, spec: LabSpec, lease: Lease) -> None:
        super().__init__(name, lease)
        self._spec = spec

    def make(self) -> None:
        """Create the namespace, the bridge and the witness's address on it."""
        self.create()
        address = f"{self._spec.witness}/{self._spec.network.prefixlen}"
        configure(
            self.name,
            f"link add {_BRIDGE} type bridge",
            f"address add {address} dev {_BRIDGE}",
            f"link set {_BRIDGE} up",
            "link set lo up",
        )

    def plug(self, node: NodeSpec) -> Path:
        """A fresh namespace for a machine that gets power, wired to the bridge, with nothing of its last life in it."""
        inside, port = f"{self.name}-{node.name}", node.name[:15]
        create_namespace(inside, self._lease)
        configure(
            self.name,
            f"link add {port} type veth peer name eth0 address {node.mac} netns {inside}",
            f"link set {port} master {_BRIDGE} up",
        )
        configure(
            inside,
            f"address add {node.ip}/{self._spec.network.prefixlen} dev eth0",
            "link set eth0 up",
            "link set lo up",
            # kubeadm and kube-proxy look for a default route; it leads to the witness, which forwards nothing.
            f"route add default via {self._spec.witness}",
        )
        return NAMESPACES / inside

    def isolate(self, node: NodeSpec) -> None:
        """Take the machine's port off the bridge; the cable between port and machine stays whole."""
        # A port that is blocked is let through again by a bridge without STP, and a disabled one with the next change
        # of its carrier.
        configure(self.name, f"link set {node.name[:15]} nomaster")

    def reconnect(self, node: NodeSpec) -> None:
        """Put the machine's port on the bridge, where it may be already."""
        configure(self.name, reconnecting(node))

    def unplug(self, node: NodeSpec) -> None:
        """Remove the machine's namespace, and its port on the bridge first: the kernel takes its time with the rest."""
        capture(["ip", "-netns", self.name, "link", "delete", node.name[:15]])
        remove_namespace(f"{self.name}-{node.name}", self._lease)


def reconnecting(node: NodeSpec) -> str:
    """What `ip` is told in the lab's namespace to put a machine's port on the bridge."""
    return f"link set {node.name[:15]} master {_BRIDGE}"


@contextlib.contextmanager
def layer2(name: str, spec: LabSpec, lease: Lease) -> Iterator[Layer2]:
    """The lab's layer 2 for as long as the block lasts."""
    network = Layer2(name, spec, lease)
    try:
        network.make()
        yield network
    finally:
        network.leave()
        if not lease.kept:
            network.remove()
