from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest


@pytest.fixture
def golden() -> Callable[[Path, bytes], None]:
    """Holds bytes against a file that somebody looked at; KUBEDRILL_WRITE_GOLDEN=1 accepts them."""

    def compare(path: Path, written: bytes) -> None:
        if os.environ.get("KUBEDRILL_WRITE_GOLDEN"):
            path.parent.mkdir(exist_ok=True)
            path.write_bytes(written)
        assert written == path.read_bytes(), "look at the difference; KUBEDRILL_WRITE_GOLDEN=1 accepts it"

    return compare
