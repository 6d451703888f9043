"""Results of long work, kept by the digest of what went in, so that a broken build goes on where it stopped."""

from __future__ import annotations

import contextlib
import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

from harness.images.cache import cache_root


@contextlib.contextmanager
def scratch(label: str) -> Iterator[Path]:
    """A work folder in the cache that is gone afterwards, whatever happens."""
    top = cache_root() / "tmp"
    top.mkdir(exist_ok=True)
    folder = Path(tempfile.mkdtemp(prefix=f"{label}-", dir=top))
    folder.chmod(0o755)
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def stage(name: str, digest: str, make: Callable[[Path], None]) -> Path:
    """The folder that `make` fills, made once for a digest; half-made ones are never seen."""
    done = cache_root() / "stages" / f"{name}-{digest[:16]}"
    if done.is_dir():
        os.utime(done)
        return done
    done.parent.mkdir(exist_ok=True)
    with scratch(name) as folder:
        made = folder / "made"
        made.mkdir()
        make(made)
        made.rename(done)
    return done
