"""Certificates and keys come back to a machine."""

from __future__ import annotations

from harness.backup import Bundle
from harness.lab import Node

_FOLDER = "/etc/kubernetes/pki"
#: On memory, not on a disk: it holds every key of the cluster.
_ARCHIVE = "/run/kubedrill-pki.tar"


def put_back_pki(node: Node, pki: Bundle) -> None:
    """Unpack the files with the modes that kubeadm gives them."""
    node.put(_ARCHIVE, pki.to_tar(), 0o600)
    node.run(["mkdir", "--parents", _FOLDER])
    node.run(
        [
            "tar",
            "--extract",
            "--preserve-permissions",
            "--no-same-owner",
            f"--file={_ARCHIVE}",
            f"--directory={_FOLDER}",
        ]
    )
    node.run(["rm", _ARCHIVE])
