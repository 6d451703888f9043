"""A freshly installed control plane gets its data disk back, and certificates that have expired since."""

from __future__ import annotations

import yaml

from harness.backup import Bundle
from harness.cluster import kubeadm
from harness.cluster.cluster import Cluster
from harness.facts import Moment
from harness.facts.certificates import CERTIFICATES, INIT_REFUSED, LEAVES
from harness.lab import Node
from harness.recoveries.pki import put_back_pki
from harness.recoveries.second_init import configuration, init_again

#: Beside the configuration of before, which lets new certificates expire as soon as the old ones.
_LASTING = "/etc/kubedrill/kubeadm-lasting.yaml"


class RenewCertificates:
    """Put the PKI back, find out why kubeadm refuses it, renew what has expired, and init."""

    name = "renew-certificates"
    keeps_configuration = True
    remakes = LEAVES

    def __init__(self, node: Node) -> None:
        self.node = node.name
        #: Without it the recovery ends where kubeadm refuses.
        self.renews = True

    def run(self, cluster: Cluster, bundle: Bundle) -> None:
        """The steps, in the order in which an engineer would type them, the vain attempt included."""
        node = cluster.nodes[self.node]
        cluster.prepare(node)
        put_back_pki(node, bundle.below("pki"))
        node.record(CERTIFICATES, Moment.DIAGNOSED)
        told = configuration(cluster, node, bundle)
        node.put(kubeadm.CONFIG, told, 0o600)
        attempt = ["kubeadm", "init", "--config", kubeadm.CONFIG, "--skip-token-print"]
        with cluster.journal.wait("kubeadm init with expired certificates"):
            node.observe(INIT_REFUSED.name, attempt, Moment.DIAGNOSED)
        if self.renews:
            _renew(node, told)
        init_again(cluster, node, bundle)
        # kubeadm does not sync what it writes, and what a power cut can still take is not recovered.
        node.run(["sync"])


def _renew(node: Node, told: str) -> None:
    documents = list(yaml.safe_load_all(told))
    for document in documents:
        document.pop("certificateValidityPeriod", None)
    node.put(_LASTING, kubeadm.to_yaml(*documents), 0o600)
    node.run(["kubeadm", "certs", "check-expiration", "--config", _LASTING])
    node.run(["kubeadm", "certs", "renew", "all", "--config", _LASTING])
    node.run(["kubeadm", "init", "phase", "kubeconfig", "all", "--config", _LASTING])
