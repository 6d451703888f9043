"""Whether a cached disk is still what was built."""

from __future__ import annotations

import hashlib
import json
import os
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from harness.errors import LabError
from harness.facts.reading import fit
from harness.strict_json import json_table

_BLOCK = 1 << 20
_ZERO = bytes(_BLOCK)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Disk:
    bytes: int
    allocated_bytes: int
    modified_ns: int
    content_sha256: str


@dataclass(frozen=True, slots=True, kw_only=True)
class _Sealed:
    digest: str
    kubernetes: str
    source: str
    built: datetime
    container_images: list[str]
    disk: _Disk


def content_sum(disk: Path) -> str:
    """The digest of a sparse file's content, the same whether a zero is stored or a hole."""
    sum_ = hashlib.sha256(str(disk.stat().st_size).encode())
    with disk.open("rb", buffering=0) as image:
        position = 0
        while (position := _next_data(image.fileno(), position)) >= 0:
            position -= position % _BLOCK
            image.seek(position)
            block = image.read(_BLOCK)
            if block != _ZERO[: len(block)]:
                sum_.update(position.to_bytes(8, "big"))
                sum_.update(block)
            position += _BLOCK
    return sum_.hexdigest()


def _next_data(descriptor: int, position: int) -> int:
    try:
        return os.lseek(descriptor, position, os.SEEK_DATA)
    except OSError:
        return -1


def seal(folder: Path, record: dict[str, Any]) -> None:
    """Write the record of a finished image, with what a later look compares."""
    disk = folder / "disk.img"
    status = disk.stat()
    record["disk"] = {
        "bytes": status.st_size,
        "allocated_bytes": status.st_blocks * 512,
        "modified_ns": status.st_mtime_ns,
        "content_sha256": content_sum(disk),
    }
    text = json.dumps(record, indent=2) + "\n"
    (folder / "image.json").write_text(text)
    (folder / "image.json.sha256").write_text(hashlib.sha256(text.encode()).hexdigest() + "\n")


def read_sealed(folder: Path, *, fully: bool = False) -> dict[str, Any]:
    """The record of a cached image, after the cheap check, or after reading all of it; LabError if it is spoilt."""
    try:
        text = (folder / "image.json").read_bytes()
        recorded = (folder / "image.json.sha256").read_text().strip()
        status = (folder / "disk.img").stat()
    except OSError as missing:
        raise LabError(f"The cached image '{folder}' is not whole: {missing}") from missing
    if hashlib.sha256(text).hexdigest() != recorded:
        raise LabError(f"The cached image '{folder}' is corrupted: its image.json is not the one that was written")
    try:
        record = json_table(text)
        record["disk"] = asdict(fit(_Sealed, record).disk)
    except ValueError as bad:
        raise LabError(f"The cached image '{folder}' is corrupted: its image.json tells of no image: {bad}") from bad
    disk = record["disk"]
    if status.st_size != disk["bytes"]:
        raise LabError(
            f"The cached image '{folder}' is corrupted: its disk has {status.st_size} bytes instead of {disk['bytes']}"
        )
    # A disk that was touched, or copied here from another cache, is read in full before it is trusted.
    changed = status.st_mtime_ns != disk["modified_ns"]
    if (fully or changed) and content_sum(folder / "disk.img") != disk["content_sha256"]:
        raise LabError(f"The cached image '{folder}' is corrupted: the content of its disk has changed")
    return record
