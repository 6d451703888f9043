"""The evidence of a drill against the digests that its journal has of it."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from pathlib import Path

from harness.attestation.tree import Entry, read_plain, shown
from harness.journal import History, Kind

#: A console may go on for a moment after its digest was taken: the machine is still there when that is done.
_GROWN = 64 * 1024


def against_evidence(folder: Path, history: History, drill: str, there: Sequence[Entry]) -> Iterator[str]:
    """What of a drill's evidence is gone or other than its journal says."""
    digests = {entry.path: entry.sha256 for entry in there}
    recorded = {str(one.data.get("path")): str(one.data.get("sha256")) for one in history.of(Kind.EVIDENCE)}
    for name, digest in recorded.items():
        path = f"{drill}/{name}"
        if path not in digests:
            yield f"{shown(path)} is missing: the journal names it as evidence"
        elif digests[path] != digest and not _begins_with(read_plain(folder / path), digest):
            yield f"{shown(path)} is not the evidence that the journal has the digest of"


def _begins_with(content: bytes, digest: str) -> bool:
    begun = max(0, len(content) - _GROWN)
    so_far = hashlib.sha256(content[:begun])
    for place in range(begun, len(content)):
        if so_far.hexdigest() == digest:
            return True
        so_far.update(content[place : place + 1])
    return False
