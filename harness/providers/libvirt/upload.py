"""A file on its way into a volume: through libvirt's connection, holes as holes."""

from __future__ import annotations

import os
from io import FileIO

import libvirt

_CHUNK = 256 * 1024


def send(connection: libvirt.virConnect, volume: libvirt.virStorageVol, source: FileIO) -> None:
    """Fill a volume from a file; what is a hole in the file is not sent."""
    size = os.fstat(source.fileno()).st_size
    stream = connection.newStream()
    try:
        volume.upload(stream, 0, size, libvirt.VIR_STORAGE_VOL_UPLOAD_SPARSE_STREAM)
        stream.sparseSendAll(_read, _look, _skip, source)
        stream.finish()
    except BaseException:
        stream.abort()
        raise


def _read(_: libvirt.virStream, count: int, source: FileIO) -> bytes:
    return source.read(min(count, _CHUNK))


def _look(_: libvirt.virStream, source: FileIO) -> tuple[bool, int]:
    """Whether the file goes on with data, and for how long so."""
    here, size = source.tell(), os.fstat(source.fileno()).st_size
    data = _seek(source, here, os.SEEK_DATA, size)
    if data == here and here < size:
        found = True, _seek(source, here, os.SEEK_HOLE, size) - here
    else:
        found = False, data - here
    source.seek(here)
    return found


def _skip(_: libvirt.virStream, length: int, source: FileIO) -> int:
    source.seek(length, os.SEEK_CUR)
    return 0


def _seek(source: FileIO, here: int, whence: int, size: int) -> int:
    try:
        return os.lseek(source.fileno(), here, whence)
    except OSError:
        return size
