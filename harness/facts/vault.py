"""What lies in a vault off the machines, as its own machine sees it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from harness.facts.fact import Output
from harness.facts.reading import read_json, shortened
from harness.strict_json import json_table

BACKUPS = "/srv/vault/backups"
MANIFEST = "manifest.json"
#: What an upload is called as long as not all of it has arrived.
UNFINISHED = ".part"
#: Retention may drop a backup while the vault is listed; that the vault itself is not there is something else.
_VANISHED = re.compile(rf"(?:find|sha256sum|cat): .?{BACKUPS}/[^:]+: No such file or directory$")
_DIGEST = re.compile(r"[0-9a-f]{64}  /")


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredFile:
    """One file of a backup as it lies there."""

    mode: int
    bytes: int
    arrived: float
    sha256: str


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredBackup:
    """One folder of the vault: its files, and what its manifest says of them, if it has one."""

    name: str
    files: Mapping[str, StoredFile] = field(hash=False)
    manifest: Mapping[str, Any] | None = field(default=None, hash=False)

    @property
    def why_not_whole(self) -> str:
        """What is missing or another than the manifest says; empty if it is whole."""
        if self.manifest is None:
            return "it has no manifest"
        wrong = (
            [name for name, digest in self.manifest["files"].items() if self.files[name].sha256 != digest]
            if self.manifest["files"].keys() <= self.files.keys()
            else ["a file that its manifest names"]
        )
        return f"{', '.join(wrong)} is not what was sent, or not there" if wrong else ""

    @property
    def taken(self) -> datetime:
        """When its run began; only a manifest tells."""
        if self.manifest is None:
            raise ValueError(f"the backup '{self.name}' has no manifest, which alone tells when it was taken")
        return datetime.fromisoformat(self.manifest["taken"])

    @property
    def snapshot_taken(self) -> datetime:
        """When its snapshot was taken: before the run where somebody else takes them."""
        told = (self.manifest or {}).get("snapshot")
        return datetime.fromisoformat(told) if told else self.taken

    @property
    def arrived(self) -> float:
        """When the last of its files had arrived."""
        return max(one.arrived for one in self.files.values())


@dataclass(frozen=True, slots=True, kw_only=True)
class VaultContent:
    """All backups in the vault, whole or not."""

    name: str = "vault-content"
    #: For each file a line of its own, its digest, and the manifests as they are.
    argv: tuple[str, ...] = (
        *("find", BACKUPS, "-type", "f", "-printf", "%m %s %T@ %P\\n", "-exec", "sha256sum", "{}", ";"),
        *("-name", MANIFEST, "-exec", "cat", "{}", ";"),
    )

    def parse(self, output: Output) -> tuple[StoredBackup, ...]:
        """The backups, by name."""
        if output.status != 0 and not all(map(_VANISHED.match, output.stderr.splitlines() or [""])):
            raise ValueError(f"the vault could not be listed: {shortened(output.stderr) or 'nothing was said'}")
        files: dict[str, dict[str, StoredFile]] = {}
        manifests: dict[str, Any] = {}
        for name, path, file, manifest in _told(output.stdout):
            if name.startswith("."):
                # A server's own folder, in which it has what is still on its way.
                continue
            files.setdefault(name, {})[path] = file
            if manifest is not None:
                manifests[name] = manifest
        return tuple(
            StoredBackup(name=name, files=found, manifest=manifests.get(name)) for name, found in sorted(files.items())
        )


def _told(text: str) -> Iterator[tuple[str, str, StoredFile, Any]]:
    lines = text.splitlines()
    while lines:
        mode, size, arrived, path = lines.pop(0).split(" ", 3)
        if not (lines and _DIGEST.match(lines[0])):
            # It was renamed or dropped while the vault was listed.
            continue
        digest = lines.pop(0).split()[0]
        name, _, inner = path.partition("/")
        # The cut may go through a manifest as through any other file.
        manifest = _read(lines.pop(0)) if lines and inner == MANIFEST and lines[0].startswith("{") else None
        file = StoredFile(mode=int(mode, 8), bytes=int(size), arrived=float(arrived), sha256=digest)
        yield name, inner, file, manifest


def _read(line: str) -> Any:
    try:
        manifest = json_table(line)
    except ValueError:
        return None
    return manifest if _is_manifest(manifest) else None


def _is_manifest(value: dict[str, Any]) -> bool:
    """Only one whose times and digests are such tells anything, and times without a zone tell no order."""
    if not isinstance(value.get("files"), dict):
        return False
    try:
        times = [datetime.fromisoformat(moment) for moment in (value["taken"], value.get("snapshot") or value["taken"])]
    except (KeyError, TypeError, ValueError):
        return False
    return all(time.tzinfo is not None for time in times)


def newest_whole(backups: tuple[StoredBackup, ...]) -> StoredBackup | None:
    """The one to restore: whole, and of the latest time that a manifest tells."""
    return max((one for one in backups if not one.why_not_whole), key=lambda one: one.taken, default=None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """Which backup is restored, and why others are not."""

    chosen: str
    passed_over: Mapping[str, str] = field(default_factory=dict, hash=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class ChosenBackup:
    """The backup that a client of the vault took out of it."""

    name: str = "chosen-backup"
    argv: tuple[str, ...] = ("witness", "name", "chosen-backup")

    def parse(self, output: Output) -> Choice:
        """Its name."""
        return read_json(Choice, output)


VAULT_CONTENT = VaultContent()
CHOSEN_BACKUP = ChosenBackup()
