"""Static pods come back to a machine."""

from __future__ import annotations

import hashlib

from harness.backup import Bundle
from harness.backup.control_plane import MANIFESTS
from harness.lab import Node


def put_back_manifests(node: Node, manifests: Bundle) -> None:
    """Write each manifest that is not there as it was, and let kubelet read them anew."""
    wanted = {f"{MANIFESTS}/{name}": content for name, content in sorted(manifests.files.items())}
    other = [path for path, content in wanted.items() if not _has(node, path, content)]
    for path in other:
        node.put(path, wanted[path], 0o600)
    if other:
        node.run(["systemctl", "restart", "kubelet.service"])


def _has(node: Node, path: str, content: bytes) -> bool:
    return node.attempt(["sha256sum", path]).stdout.startswith(hashlib.sha256(content).hexdigest())
