"""The description in front of a saved memory."""

from __future__ import annotations

import struct
from pathlib import Path

import pytest

from harness.errors import LabError
from harness.providers.libvirt.memory import rename_saved

_PADDING = 200


def saved(path: Path, description: bytes, cookie: bytes = b"") -> Path:
    texts = description + b"\0" + (cookie + b"\0" if cookie else b"")
    numbers = [0] * 19
    numbers[0], numbers[1], numbers[4] = 2, len(texts) + _PADDING, len(description) + 1 if cookie else 0
    header = struct.pack("<16s19I", b"LibvirtQemudSave", *numbers)
    path.write_bytes(header + texts.ljust(numbers[1], b"\0") + b"MEMORY")
    return path


def texts_of(path: Path) -> tuple[str, str, bytes]:
    content = path.read_bytes()
    numbers = struct.unpack("<19I", content[16:92])
    texts = content[92 : 92 + numbers[1]]
    cookie = texts[numbers[4] :].split(b"\0")[0].decode() if numbers[4] else ""
    return texts.split(b"\0")[0].decode(), cookie, content[92 + numbers[1] :]


@pytest.mark.parametrize("cookie", [b"", b"<cookie/>"])
def test_names_change_and_the_memory_behind_them_does_not_move(cookie: bytes, tmp_path: Path) -> None:
    path = saved(tmp_path / "memory", b"<domain><name>kd-1</name><source file='/labs/kd-1/a.img'/></domain>", cookie)
    rename_saved(path, {"/labs/kd-1": "/labs/kd-longer", "kd-1": "kd-longer"})
    description, told, memory = texts_of(path)
    assert description == "<domain><name>kd-longer</name><source file='/labs/kd-longer/a.img'/></domain>"
    assert (told.encode(), memory) == (cookie, b"MEMORY")


def test_names_that_do_not_fit_are_refused_and_nothing_is_written(tmp_path: Path) -> None:
    path = saved(tmp_path / "memory", b"<name>a</name>")
    before = path.read_bytes()
    with pytest.raises(LabError, match="does not fit"):
        rename_saved(path, {"a": "b" * 1000})
    assert path.read_bytes() == before


def test_another_file_is_no_saved_memory(tmp_path: Path) -> None:
    path = tmp_path / "memory"
    path.write_bytes(bytes(200))
    with pytest.raises(LabError, match="no memory"):
        rename_saved(path, {})
