"""What in a backup nobody may find anywhere else."""

from __future__ import annotations

import posixpath

from harness.backup.bundle import Bundle
from harness.backup.control_plane import FOLDER
from harness.cluster import encryption
from harness.facts.encryption import ENCRYPTION_CONFIG

ENCRYPTION_FILE = f"files/{posixpath.relpath(ENCRYPTION_CONFIG, FOLDER)}"


def secrets_in(bundle: Bundle) -> list[str]:
    """A piece of each private key, and each encryption key whole."""
    sealed = bundle.files.get(ENCRYPTION_FILE)
    keys = [_middle(content) for name, content in bundle.files.items() if name.endswith(".key")]
    return [*keys, *(encryption.keys_in(sealed.decode(errors="replace")) if sealed else [])]


def _middle(key: bytes) -> str:
    """A line from the middle of a PEM key: nobody else has it."""
    lines = key.decode(errors="replace").splitlines() or [""]
    return lines[len(lines) // 2]
