"""Files that appear whole or not at all."""

from __future__ import annotations

import contextlib
import os
import tempfile
from pathlib import Path

from harness.errors import LabError

_MODE = 0o644


def replace_file(path: Path, content: bytes) -> None:
    """Put a file in its place in one step, readable for everyone: reports hold no secrets."""
    try:
        handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    except OSError as refused:
        raise LabError(f"The report '{path}' cannot be written: {refused.strerror}") from refused
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fchmod(file.fileno(), _MODE)
            os.fsync(file.fileno())
        Path(name).replace(path)
    except OSError as refused:
        with contextlib.suppress(OSError):
            Path(name).unlink()
        raise LabError(f"The report '{path}' cannot be written: {refused.strerror}") from refused
