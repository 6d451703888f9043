"""A bad change: a namespace is deleted, with all that is in it."""

from __future__ import annotations

from harness.cluster import canary
from harness.cluster.cluster import Cluster
from harness.facts.objects import NAMESPACES
from harness.faults.fault import Bite
from harness.lab import Node


class DeleteNamespace:
    """An administrator deletes the wrong namespace, and waits until it is gone."""

    name = "delete-namespace"
    through_api = True

    def __init__(self, node: Node, namespace: str = canary.NAMESPACE) -> None:
        self.node = node.name
        self.namespace = namespace

    @property
    def bites(self) -> tuple[Bite, ...]:
        """Other namespaces than before."""
        return (Bite(fact=NAMESPACES, node=self.node),)

    def strike(self, cluster: Cluster) -> None:
        """One command; it returns when nothing of the namespace is left."""
        with cluster.journal.wait(f"the namespace '{self.namespace}' to be gone"):
            cluster.nodes[self.node].run(["kubectl", "delete", "namespace", self.namespace])
