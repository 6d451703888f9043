"""The file in which libvirt saves a machine's memory, given to another machine of the same make."""

from __future__ import annotations

import struct
from collections.abc import Mapping
from pathlib import Path

from harness.errors import LabError

_MAGIC = b"LibvirtQemudSave"
_HEADER = struct.Struct("<16s19I")
#: The places of two of the header's numbers: the length of the texts behind it, and where the second of them begins.
_LENGTH, _COOKIE = 1, 4


def rename_saved(path: Path, names: Mapping[str, str]) -> None:
    """Put other names into the description that a saved memory carries: libvirt itself refuses to.

    The description stands in front of the memory, in a space that libvirt pads, so the memory need not be moved.
    """
    with path.open("r+b") as file:
        magic, *numbers = _HEADER.unpack(file.read(_HEADER.size))
        if magic != _MAGIC:
            raise LabError(f"'{path}' is no memory that libvirt has saved")
        length, cookie_at = numbers[_LENGTH], numbers[_COOKIE]
        texts = file.read(length)
        description = texts.split(b"\0")[0].decode()
        cookie = texts[cookie_at:].split(b"\0")[0] if cookie_at else b""
        for old, new in names.items():
            description = description.replace(old, new)
        written = description.encode() + b"\0"
        if cookie:
            numbers[_COOKIE] = len(written)
            written += cookie + b"\0"
        if len(written) > length:
            raise LabError(f"The description of the machine saved in '{path}' does not fit into its place any more")
        file.seek(0)
        file.write(_HEADER.pack(magic, *numbers))
        file.write(written.ljust(length, b"\0"))
