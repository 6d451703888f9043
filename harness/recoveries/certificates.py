"""The certificates with which a control plane joins are put into the cluster anew."""

from __future__ import annotations

from dataclasses import replace

from harness.cluster import kubeadm
from harness.cluster.cluster import Cluster, Credentials
from harness.lab import Node


def upload_certificates(cluster: Cluster, node: Node) -> None:
    """Encrypt them under a new key: those of a backup end after 2 hours, and their key with them."""
    key = Credentials.fresh().certificate_key
    cluster.credentials = replace(cluster.credentials, certificate_key=key)
    documents = kubeadm.init_documents(cluster.spec, node.spec, cluster.traits)
    documents[0]["certificateKey"] = key
    node.put(kubeadm.CONFIG, kubeadm.to_yaml(*documents), 0o600)
    words = ["--upload-certs", "--skip-certificate-key-print", "--config", kubeadm.CONFIG]
    node.run(["kubeadm", "init", "phase", "upload-certs", *words])
