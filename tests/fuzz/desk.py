"""Where a reader finds the file that it reads: a folder of this process alone, on memory where there is such."""

from __future__ import annotations

import functools
import os
from pathlib import Path

#: The folder of all workers, which whoever starts them makes and takes away.
FOLDER = "KUBEDRILL_FUZZ"


@functools.cache
def desk() -> Path:
    """A folder that nobody else uses."""
    folder = Path(os.environ[FOLDER]) / str(os.getpid())
    folder.mkdir(mode=0o700, exist_ok=True)
    return folder


def laid(name: str, content: str | bytes) -> Path:
    """A file on it with this content; it is another one the next time."""
    path = desk() / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content.encode(errors="surrogatepass") if isinstance(content, str) else content)
    return path
