"""The place off the machines where backups live."""

from __future__ import annotations

import hashlib
import json
import os
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any

from harness.backup.bundle import Bundle
from harness.errors import LabError
from harness.facts.reading import shortened
from harness.strict_json import json_table

_MANIFEST = "manifest.json"
#: Of a name that lies in a folder of its own.
_LONGEST = 240


class DamagedBackupError(LabError):
    """What comes out of a vault is not what was put in; for a drill this is a finding, not trouble with the lab."""


@dataclass(frozen=True, slots=True)
class FolderVault:
    """A folder that only its owner can look into."""

    folder: Path

    def store(self, name: str, bundle: Bundle) -> None:
        """Keep a bundle with the digest of each file; it is on the disk when this returns."""
        target = self.folder / name
        for path, content in bundle.files.items():
            if not is_plain(path):
                raise DamagedBackupError(
                    f"A backup cannot hold the file {shortened(repr(path))}, which is outside of it"
                )
            _write_private(target / path, content)
        _write_private(target / _MANIFEST, json.dumps(bundle.digests, indent=2).encode())

    def load(self, name: str) -> Bundle:
        """Take a bundle out; a file whose digest is not the recorded one is refused by name."""
        target = self.folder / name
        files = {}
        for path, digest in _read_manifest(target / _MANIFEST).items():
            if not is_plain(path):
                raise DamagedBackupError(f"The backup '{name}' names a file outside of it: {shortened(repr(path))}")
            content = _content(target, path, name)
            if hashlib.sha256(content).hexdigest() != digest:
                raise DamagedBackupError(
                    f"The file '{path}' of backup '{name}' is not what was stored: its digest differs"
                )
            files[path] = content
        return Bundle(files)

    @property
    def only_name(self) -> str:
        """The name of the one backup in it; none, or several, is an error."""
        names = sorted(path.name for path in self.folder.iterdir() if path.is_dir())
        if len(names) != 1:
            raise LabError(f"The vault '{self.folder}' has {len(names)} backups, and not one")
        return names[0]

    def listing(self) -> list[dict[str, str]]:
        """Each file with its mode and digest."""
        return [
            {
                "path": str(path.relative_to(self.folder)),
                "mode": f"{path.stat().st_mode & 0o7777:04o}",
                "sha256": hashlib.sha256(path.read_bytes()).hexdigest(),
            }
            for path in sorted(self.folder.rglob("*"))
            if path.is_file()
        ]


def is_plain(path: str) -> bool:
    """Whether a path of a bundle leads to a file in it, and nowhere else."""
    odd = PurePosixPath(path).is_absolute() or not {"", ".", ".."}.isdisjoint(path.split("/"))
    return not odd and path.isprintable() and "\\" not in path and len(path.encode(errors="replace")) <= _LONGEST


def _read_manifest(path: Path) -> dict[str, Any]:
    try:
        return json_table(path.read_bytes())
    except (OSError, ValueError) as bad:
        raise DamagedBackupError(f"The manifest of the backup '{path.parent.name}' cannot be read: {bad}") from bad


def _content(folder: Path, path: str, name: str) -> bytes:
    """A plain file of the folder itself: a link would lead elsewhere."""
    found = folder / path
    if not found.is_file() or found.resolve() != folder.resolve() / path:
        raise DamagedBackupError(f"The backup '{name}' has no plain file '{path}'")
    return found.read_bytes()


def _write_private(path: Path, content: bytes) -> None:
    # One by one: the mode that mkdir is given holds only for the last of several folders.
    for folder in (*reversed(path.parent.parents), path.parent):
        folder.mkdir(exist_ok=True, mode=0o700)
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
