"""Files of a machine by commands alone."""

from __future__ import annotations

import posixpath
from collections.abc import Callable, Sequence
from typing import Protocol

from harness.errors import LabError
from harness.facts.fact import Output


class Commands(Protocol):
    """What runs a command on a machine."""

    def __call__(self, argv: Sequence[str], *, stdin: bytes | None = None) -> Output:
        """Run it to its end."""
        ...


def write_file(run: Commands, machine: str, path: str, content: bytes, mode: int, *, piece: int | None = None) -> None:
    """Write a file with its folders; it is on the disk when this returns. `piece` bounds what goes in one command."""

    def must(argv: Sequence[str], stdin: bytes | None = None) -> None:
        output = run(argv, stdin=stdin)
        if output.status != 0:
            raise LabError(f"'{argv[0]}' failed on machine '{machine}': {output.stderr.strip()}")

    must(["mkdir", "--parents", posixpath.dirname(path)])
    # Private from its first byte: created empty with its mode, filled afterwards.
    must(["install", f"--mode={mode:04o}", "/dev/null", path])
    size = piece or max(len(content), 1)
    for start in range(0, max(len(content), 1), size):
        argv = ["dd", f"of={path}", "oflag=append", "conv=fsync,notrunc", "status=none"]
        must(argv, content[start : start + size])


def read_file(read: Callable[[int, int], bytes], *, piece: int) -> bytes:
    """A whole file from its pieces: `read` is asked for the count from an offset until it gives less."""
    content = bytearray()
    while True:
        part = read(len(content), piece)
        content += part
        if len(part) < piece:
            return bytes(content)
