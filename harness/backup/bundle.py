"""A backup: files under names of their own, never changed after they were taken."""

from __future__ import annotations

import hashlib
import io
import tarfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType


@dataclass(frozen=True, slots=True)
class Bundle:
    """Files by name, such as 'pki/ca.crt'."""

    files: Mapping[str, bytes]

    def __post_init__(self) -> None:
        object.__setattr__(self, "files", MappingProxyType(dict(self.files)))

    @property
    def digests(self) -> dict[str, str]:
        """The SHA-256 of each file."""
        return {name: hashlib.sha256(content).hexdigest() for name, content in sorted(self.files.items())}

    def only(self, keep: Callable[[str], bool]) -> Bundle:
        """A bundle of the files whose names pass."""
        return Bundle({name: content for name, content in self.files.items() if keep(name)})

    def below(self, folder: str) -> Bundle:
        """The files of one folder, named from there."""
        prefix = f"{folder}/"
        return Bundle({n.removeprefix(prefix): c for n, c in self.files.items() if n.startswith(prefix)})

    def to_tar(self) -> bytes:
        """The files as a tar archive: keys for their owner alone, certificates for all."""
        buffer = io.BytesIO()
        with tarfile.open(fileobj=buffer, mode="w") as archive:
            for name, content in sorted(self.files.items()):
                entry = tarfile.TarInfo(name)
                entry.size = len(content)
                entry.mode = 0o644 if name.endswith((".crt", ".pub")) else 0o600
                archive.addfile(entry, io.BytesIO(content))
        return buffer.getvalue()
