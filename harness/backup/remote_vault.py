"""Backups are taken out of a vault: the newest that is whole, whatever it is called."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from harness.backup.access import Access, give_access
from harness.backup.vault import DamagedBackupError
from harness.clock import NotYet
from harness.facts.vault import MANIFEST, UNFINISHED
from harness.lab import Node
from harness.strict_json import json_table

#: What is taken out lies on memory.
_HERE = "/run/kubedrill-vault"
_NAME = re.compile(rf"\d{{8}}T\d{{6}}Z-[a-z0-9-]+(?:{re.escape(UNFINISHED)})?")
#: A manifest names plain files of its own folder, and nothing else.
_FILE = re.compile(r"[a-z][a-z0-9.-]*")


class VaultClient(Protocol):
    """How one kind of vault is listed and read, from any machine of the lab."""

    @property
    def access(self) -> Access:
        """What opens the vault."""

    def answers(self, node: Node) -> bool | NotYet:
        """Whether the vault lets this machine in."""

    def names(self, node: Node) -> list[str]:
        """What lies in it, by name."""

    def fetch(self, node: Node, name: str, wanted: Sequence[str], folder: str) -> None:
        """Bring files of one backup into a folder of this machine; what is not in the vault is not there either."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken:
    """One backup as it came out of the vault, and why newer ones were passed over."""

    name: str
    files: dict[str, bytes]
    passed_over: dict[str, str] = field(default_factory=dict)


@dataclass(slots=True, kw_only=True)
class RemoteVault:
    """A vault off the machines, and how its newest backup is found."""

    client: VaultClient
    #: Somebody took the last name for the newest backup, as one does.
    by_name: bool = False

    @property
    def access(self) -> Access:
        """What opens it."""
        return self.client.access

    def answers(self, node: Node) -> bool | NotYet:
        """Whether the vault lets this machine in."""
        return self.client.answers(node)

    def take(self, node: Node) -> Taken:
        """The newest whole backup, seen from this machine; each of its files has the digest that was sent."""
        give_access(node, self.access)
        node.run(["rm", "--recursive", "--force", _HERE])
        passed_over: dict[str, str] = {}
        taken = self._newest(node, passed_over)
        node.run(["rm", "--recursive", "--force", _HERE])
        if taken is None:
            told = "; ".join(f"'{name}': {why}" for name, why in passed_over.items())
            raise DamagedBackupError(f"The vault holds no whole backup{f', but {told}' if told else ''}")
        return taken

    def _newest(self, node: Node, passed_over: dict[str, str]) -> Taken | None:
        names = sorted({name for name in self.client.names(node) if _NAME.fullmatch(name)})
        for name, manifest in self._candidates(node, names, passed_over):
            files, wrong = self._load(node, name, manifest)
            if not wrong:
                return Taken(name=name, files=files, passed_over=passed_over)
            passed_over[name] = wrong
        return None

    def _candidates(self, node: Node, names: list[str], why: dict[str, str]) -> Iterator[tuple[str, dict[str, Any]]]:
        """Names and manifests, newest first by what the manifests say."""
        found: dict[str, dict[str, Any]] = {}
        for name in names[-1:] if self.by_name else names:
            manifest = self._manifest(node, name)
            if manifest is None:
                why[name] = "it is not whole: it has no manifest"
            elif not reads_well(manifest):
                why[name] = "its manifest names what is no file of a backup"
            else:
                found[name] = manifest
        yield from sorted(found.items(), key=lambda one: str(one[1]["taken"]), reverse=True)

    def _manifest(self, node: Node, name: str) -> dict[str, Any] | None:
        found = self._fetch(node, name, [MANIFEST])
        return read_manifest(found.get(MANIFEST, b""))

    def _load(self, node: Node, name: str, manifest: dict[str, Any]) -> tuple[dict[str, bytes], str]:
        wanted = manifest["files"]
        files = self._fetch(node, name, sorted(wanted))
        for one, digest in sorted(wanted.items()):
            if one not in files:
                return {}, f"it is not whole: '{one}' is missing"
            if hashlib.sha256(files[one]).hexdigest() != digest:
                return {}, f"its '{one}' is not what was sent: its digest differs"
        return files, ""

    def _fetch(self, node: Node, name: str, wanted: list[str]) -> dict[str, bytes]:
        folder = f"{_HERE}/{name}"
        node.run(["mkdir", "--parents", "--mode=0700", _HERE, folder])
        self.client.fetch(node, name, wanted, folder)
        there = [one for one in wanted if node.attempt(["test", "-f", f"{folder}/{one}"]).status == 0]
        return {one: node.get(f"{folder}/{one}") for one in there}


def read_manifest(content: bytes) -> dict[str, Any] | None:
    """What a manifest says; None where it is none."""
    try:
        return json_table(content)
    except ValueError:
        return None


def reads_well(manifest: dict[str, Any]) -> bool:
    """Whether it tells when it was taken, and names plain files of its own folder."""
    files = manifest.get("files")
    return (
        isinstance(manifest.get("taken"), str)
        and isinstance(files, dict)
        and bool(files)
        and all(_FILE.fullmatch(name) and isinstance(digest, str) for name, digest in files.items())
    )
