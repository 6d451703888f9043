"""A worker that was drained takes pods again."""

from __future__ import annotations

from harness.backup import Bundle
from harness.cluster.cluster import Cluster
from harness.lab import Node


class Uncordon:
    """One command; nothing moves back by itself."""

    name = "uncordon"
    keeps_configuration = True
    takes: tuple[str, ...] = ()
    of_worker = True

    def __init__(self, node: Node) -> None:
        self.node = node.name

    def run(self, cluster: Cluster, bundle: Bundle) -> None:  # noqa: ARG002 -- nothing of it is needed
        """Say so to the API."""
        cluster.master.run(["kubectl", "uncordon", self.node])
