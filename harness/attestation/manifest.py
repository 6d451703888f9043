"""manifest.json: every file of a run with its size and digest, and the same for `sha256sum -c`."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Sequence
from pathlib import Path

from harness.attestation.tree import Entry, Sort, entries
from harness.report.files import replace_file

MANIFEST, SUMS = "manifest.json", "SHA256SUMS"
#: What is made of the manifest afterwards, and so cannot stand in it.
ATTESTATION, STAMP = "attestation.intoto.json", "attestation.tsr"
_BESIDE = frozenset({MANIFEST, ATTESTATION, STAMP})
_SCHEMA = 1
_ESCAPES = {"\\": "\\\\", "\n": "\\n", "\r": "\\r"}


def seal(folder: Path, run: str) -> None:
    """Write both lists of a run, the manifest last and in one step: what changes afterwards shows."""
    listed = [entry for entry in listed_of(entries(folder)) if entry.path != SUMS]
    replace_file(folder / SUMS, sums(listed))
    replace_file(folder / MANIFEST, manifest(run, with_sums(listed)))


def listed_of(there: Sequence[Entry]) -> tuple[Entry, ...]:
    """What of a run belongs into its manifest."""
    return tuple(entry for entry in there if entry.path not in _BESIDE)


def with_sums(listed: Sequence[Entry]) -> tuple[Entry, ...]:
    """The entries with that of the plain list of them."""
    content = sums(listed)
    own = Entry(path=SUMS, size=len(content), sha256=hashlib.sha256(content).hexdigest())
    return tuple(sorted([*listed, own], key=lambda entry: os.fsencode(entry.path)))


def manifest(run: str, listed: Sequence[Entry]) -> bytes:
    """The manifest, which says nothing but what can be seen again: the same files have the same bytes."""
    content = {"schema_version": _SCHEMA, "run": run, "files": [_row(entry) for entry in listed]}
    # In ASCII, so that no name can look like another one.
    return (json.dumps(content, indent=1) + "\n").encode()


def sums(listed: Sequence[Entry]) -> bytes:
    """The digests of the files as `sha256sum` writes and checks them, odd names escaped in its way."""
    return b"".join(_line(entry) for entry in listed if entry.sort is Sort.FILE)


def _row(entry: Entry) -> dict[str, object]:
    if entry.sort is not Sort.FILE:
        return {"path": entry.path, "sort": entry.sort.value}
    return {"path": entry.path, "size": entry.size, "sha256": entry.sha256}


def _line(entry: Entry) -> bytes:
    name = "".join(_ESCAPES.get(letter, letter) for letter in entry.path)
    mark = "\\" if name != entry.path else ""
    return os.fsencode(f"{mark}{entry.sha256}  {name}\n")
