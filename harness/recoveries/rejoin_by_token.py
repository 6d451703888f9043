"""A worker that the API does not know any more, because its certificate has expired, joins again."""

from __future__ import annotations

from datetime import timedelta

from harness.backup import Bundle
from harness.clock import NotYet
from harness.cluster import kubeadm
from harness.cluster.cluster import Cluster
from harness.cluster.readiness import is_ready
from harness.lab import Node
from harness.recoveries.waiting import await_state

#: The controllers' lease takes up to 17 s to pass on, and they wait 50 s before they call a silent Node lost.
_LOST = timedelta(seconds=120)


class RejoinByToken:
    """Wait until its Node counts as lost, take the old credentials away, and join by a token; its pods run on."""

    name = "rejoin-by-token"
    keeps_configuration = True
    takes: tuple[str, ...] = ()
    rejoins = True

    def __init__(self, node: Node) -> None:
        self.node = node.name

    def run(self, cluster: Cluster, bundle: Bundle) -> None:  # noqa: ARG002 -- a token is all that it takes
        """The steps, in the order in which an engineer would type them."""
        node = cluster.nodes[self.node]
        document = kubeadm.join_document(
            cluster.spec,
            node.spec,
            cluster.traits,
            token=cluster.credentials.token,
            join_hash=cluster.join_hash(),
        )

        def lost() -> bool | NotYet:
            return NotYet("it counts as Ready still") if is_ready(cluster.api.get("Node", self.node)) else True

        # kubeadm joins no machine whose Node is Ready.
        await_state(cluster, f"the Node '{self.node}' to count as lost", lost, _LOST)
        node.run(["systemctl", "stop", "kubelet.service"])
        node.destroy(["rm", "/etc/kubernetes/kubelet.conf", "/etc/kubernetes/pki/ca.crt"])
        node.put(kubeadm.CONFIG, kubeadm.to_yaml(document), 0o600)
        with cluster.journal.wait(f"kubeadm join of '{self.node}'"):
            node.run(["kubeadm", "join", "--config", kubeadm.CONFIG])
        node.run(["sync"])
