"""Static pods come back to a machine."""

from __future__ import annotations

from harness.backup import Bundle
from harness.backup.control_plane import MANIFESTS
from harness.lab import Node


def put_back_manifests(node: Node, manifests: Bundle) -> None:
    """Write the manifests over those of kubeadm; for kubelet a file with the same content is the same pod."""
    for name, content in sorted(manifests.files.items()):
        node.put(f"{MANIFESTS}/{name}", content, 0o600)
    node.run(["systemctl", "restart", "kubelet.service"])
