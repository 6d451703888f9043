"""Archives from elsewhere are unpacked into memory, and only if they are nothing but plain files."""

from __future__ import annotations

import io
import tarfile
import zlib
from collections.abc import Iterator
from pathlib import PurePosixPath

from harness.backup.vault import DamagedBackupError
from harness.facts.reading import shortened

#: What a control plane has beside its data is far less; an archive that grows beyond it is a trap.
MOST_BYTES = 64 * 1024 * 1024
MOST_FILES = 4096
_GZIP = 16 + zlib.MAX_WBITS


def unpacked(archive: bytes, *, most_bytes: int = MOST_BYTES, most_files: int = MOST_FILES) -> dict[str, bytes]:
    """The files by name; a link, a device, a name that leads elsewhere, a name twice or too much of it is refused."""
    files: dict[str, bytes] = {}
    for entry, content in _entries(_inflated(archive, most_bytes)):
        name = _plain(entry.name)
        if not entry.isreg():
            raise DamagedBackupError(f"The archive holds '{name}', which is no plain file")
        if name in files:
            raise DamagedBackupError(f"The archive holds '{name}' twice")
        if len(files) == most_files:
            raise DamagedBackupError(f"The archive holds more than {most_files} files")
        files[name] = content
    _refuse_nested(files)
    return files


def _inflated(archive: bytes, most_bytes: int) -> bytes:
    stream = zlib.decompressobj(_GZIP)
    try:
        content = stream.decompress(archive, most_bytes + 1)
    except zlib.error as bad:
        raise DamagedBackupError(f"The archive cannot be unpacked: {bad}") from bad
    if len(content) > most_bytes:
        raise DamagedBackupError(f"The archive unpacks to more than {most_bytes} bytes")
    if not stream.eof or stream.unused_data:
        raise DamagedBackupError(f"The archive {'has something behind its end' if stream.eof else 'ends too early'}")
    return content


def _entries(content: bytes) -> Iterator[tuple[tarfile.TarInfo, bytes]]:
    try:
        with tarfile.open(fileobj=io.BytesIO(content), mode="r:") as archive:
            for entry in archive:
                opened = archive.extractfile(entry) if entry.isreg() else None
                yield entry, opened.read() if opened is not None else b""
    except (tarfile.TarError, ValueError, OverflowError, LookupError, OSError) as bad:
        # tarfile lets out whatever the numbers and letters of a header make it stumble over.
        raise DamagedBackupError(f"The archive cannot be read: {shortened(str(bad))}") from bad


def _plain(name: str) -> str:
    parts = name.split("/")
    if PurePosixPath(name).is_absolute() or not {"", ".", ".."}.isdisjoint(parts) or not name.isprintable():
        raise DamagedBackupError(f"The archive names a file outside of it, or in a strange way: {name!r}")
    return name


def _refuse_nested(files: dict[str, bytes]) -> None:
    for name in files:
        for parent in PurePosixPath(name).parents:
            if str(parent) in files:
                raise DamagedBackupError(f"The archive holds '{parent}' as a file and as the folder of '{name}'")
