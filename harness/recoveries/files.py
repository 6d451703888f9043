"""Files that somebody put beside those of kubeadm come back to a machine."""

from __future__ import annotations

from harness.backup import Bundle
from harness.backup.control_plane import FOLDER
from harness.lab import Node


def put_back_files(node: Node, files: Bundle) -> None:
    """Write them where they were."""
    for name, content in sorted(files.files.items()):
        node.put(f"{FOLDER}/{name}", content, 0o600)
