"""Where the recipe of the node image lies, and the one number of all that is in it."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from pathlib import Path

from harness.errors import LabError, hinted

#: Raised by hand whenever this room's code makes another disk from the same recipe data.
REVISION = 3


def recipe_root() -> Path:
    """The folder `images/` of the checkout that this package runs from."""
    root = Path(__file__).resolve().parents[2] / "images"
    if not (root / "versions.json").is_file():
        raise hinted(
            LabError(f"The recipe of the node images is missing: there is no '{root / 'versions.json'}'"),
            "Install Kubedrill from a checkout (`pip install -e .`): the recipe lies beside the package.",
        )
    return root


def digest_of(*parts: str | bytes) -> str:
    """One hexadecimal digest of some values, none of which can run over into its neighbour."""
    sum_ = hashlib.sha256()
    for part in parts:
        data = part.encode() if isinstance(part, str) else part
        sum_.update(f"{len(data)}:".encode())
        sum_.update(data)
    return sum_.hexdigest()


def digest_of_files(paths: Iterable[Path]) -> str:
    """One digest of files and of whole folders: names, contents and who may execute, but no times."""
    parts: list[str | bytes] = []
    for top in paths:
        if not top.exists():
            raise LabError(f"The recipe of the node images is not whole: '{top}' is missing")
        for path in sorted(top.rglob("*")) if top.is_dir() else [top]:
            if path.is_symlink():
                parts += [f"{path.relative_to(top.parent)} ->", str(path.readlink())]
            elif path.is_file():
                parts += [f"{path.relative_to(top.parent)} {path.stat().st_mode & 0o111:o}", path.read_bytes()]
    return digest_of(*parts)
