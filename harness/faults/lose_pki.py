"""Certificates, keys and kubeconfigs of a control plane are deleted, and nobody notices until the next boot."""

from __future__ import annotations

from harness.cluster.cluster import Cluster
from harness.facts.boot import BOOT_ID
from harness.facts.certificates import PKI
from harness.facts.pki import PKI_FILES
from harness.faults.fault import Bite
from harness.lab import Node


class LosePki:
    """Everything below the PKI's folder and every kubeconfig is removed; what runs goes on until the power is cut."""

    name = "lose-pki"

    def __init__(self, node: Node) -> None:
        self.node = node.name

    @property
    def bites(self) -> tuple[Bite, ...]:
        """Other files, and another boot."""
        return (Bite(fact=PKI_FILES, node=self.node), Bite(fact=BOOT_ID, node=self.node))

    def strike(self, cluster: Cluster) -> None:
        """Remove them for good, cut the power, switch on."""
        node = cluster.nodes[self.node]
        node.destroy(["rm", "--recursive", PKI])
        left = [file.path for file in PKI_FILES.parse(node.run(PKI_FILES.argv))]
        node.destroy(["rm", *(path for path in left if path.endswith(".conf"))])
        node.run(["sync"])
        node.cut()
        node.power_on()
