"""One control plane serves again, and new machines join it."""

from __future__ import annotations

from collections.abc import Sequence

from harness.cluster.cluster import Cluster
from harness.lab import Node
from harness.lab.turns import side_by_side
from harness.recoveries.certificates import upload_certificates


def grow_back(cluster: Cluster, node: Node, lost: Sequence[Node]) -> None:
    """Delete the ghosts, upload the certificates anew, and join the new machines side by side."""
    # A join is refused while a Node of its name is Ready, and in the snapshot they all are.
    node.run(["kubectl", "delete", "node", *(one.name for one in lost)])
    upload_certificates(cluster, node)
    with side_by_side(cluster.journal.clock, len(lost)) as threads:
        for joined in [threads.submit(_join, cluster, one) for one in lost]:
            joined.result()


def _join(cluster: Cluster, node: Node) -> None:
    cluster.prepare(node)
    cluster.join(node, control_plane=True)
    # kubeadm does not sync what it writes, and what a power cut can still take is not recovered.
    node.run(["sync"])
