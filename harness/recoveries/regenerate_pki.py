"""A control plane that lost its PKI: what signs comes from the vault, what is signed is made anew."""

from __future__ import annotations

from collections.abc import Sequence

from harness.backup import Bundle
from harness.cluster import kubeadm
from harness.cluster.cluster import Cluster
from harness.facts.certificates import AUTHORITIES, LEAVES
from harness.lab import Node
from harness.recoveries.pki import put_back_pki
from harness.recoveries.second_init import configuration
from harness.recoveries.waiting import await_api

#: All that has a key of its own; `sa` signs service-account tokens.
ALL_THAT_SIGNS = (*AUTHORITIES, "sa")
#: What others outside of the control plane have come to trust.
TRUSTED_ELSEWHERE = ("ca", "sa")


class RegeneratePki:
    """Put back the pairs that sign, and let kubeadm make certificates and kubeconfigs anew."""

    name = "regenerate-pki"
    keeps_configuration = True
    #: The configuration tells names and addresses, and none of it is written into the cluster again.
    takes: tuple[str, ...] = ("pki",)

    def __init__(self, node: Node, keeping: Sequence[str] = ALL_THAT_SIGNS) -> None:
        self.node = node.name
        self.keeping = tuple(keeping)
        self.remakes = (*LEAVES, *(name for name in AUTHORITIES if name not in self.keeping))

    def run(self, cluster: Cluster, bundle: Bundle) -> None:
        """The steps, in the order in which an engineer would type them."""
        node = cluster.nodes[self.node]
        put_back_pki(node, bundle.below("pki").only(lambda name: name.rpartition(".")[0] in self.keeping))
        node.put(kubeadm.CONFIG, configuration(cluster, node, bundle), 0o600)
        for phase in ("certs", "kubeconfig"):
            node.run(["kubeadm", "init", "phase", phase, "all", "--config", kubeadm.CONFIG])
        node.run(["systemctl", "restart", "kubelet.service"])
        await_api(cluster, node)
        cluster.connect()
        # kubeadm does not sync what it writes, and what a power cut can still take is not recovered.
        node.run(["sync"])
