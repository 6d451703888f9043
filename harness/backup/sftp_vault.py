"""Backups are taken out of a vault over sftp: the newest that is whole, whatever it is called."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from harness.backup.scheduled import SFTP, give_access
from harness.backup.sftp_server import USER, Access
from harness.backup.vault import DamagedBackupError
from harness.clock import NotYet
from harness.facts.vault import MANIFEST, UNFINISHED
from harness.lab import Node

#: What is taken out lies on memory.
_HERE = "/run/kubedrill-vault"
_BATCH = f"{_HERE}/batch"
_NAME = re.compile(rf"\d{{8}}T\d{{6}}Z-[a-z0-9-]+(?:{re.escape(UNFINISHED)})?")
#: A manifest names plain files of its own folder, and nothing else.
_FILE = re.compile(r"[a-z][a-z0-9.-]*")


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken:
    """One backup as it came out of the vault, and why newer ones were passed over."""

    name: str
    files: dict[str, bytes]
    passed_over: dict[str, str] = field(default_factory=dict)


@dataclass(slots=True, kw_only=True)
class SftpVault:
    """A vault as a client knows it."""

    access: Access
    #: Somebody took the last name for the newest backup, as one does.
    by_name: bool = False

    def take(self, node: Node) -> Taken:
        """The newest whole backup, seen from this machine; each of its files has the digest that was sent."""
        self._enter(node)
        names = sorted({line for line in self._do(node, "@ls -1").split() if _NAME.fullmatch(line)})
        passed_over: dict[str, str] = {}
        for name, manifest in self._candidates(node, names, passed_over):
            files, wrong = self._load(node, name, manifest)
            if not wrong:
                node.run(["rm", "--recursive", "--force", _HERE])
                return Taken(name=name, files=files, passed_over=passed_over)
            passed_over[name] = wrong
        told = "; ".join(f"'{name}': {why}" for name, why in passed_over.items())
        raise DamagedBackupError(f"The vault holds no whole backup{f', but {told}' if told else ''}")

    def answers(self, node: Node) -> bool | NotYet:
        """Whether the vault lets this machine in."""
        self._enter(node)
        node.machine.channel.put(_BATCH, b"@ls -1\n", 0o600)
        # Straight through the channel: a machine that has just booted asks more than once.
        asked = node.machine.channel.run([*SFTP, "-b", _BATCH, f"{USER}@{self.access.address}"])
        return True if asked.status == 0 else NotYet(asked.stderr.strip() or "no answer")

    def _enter(self, node: Node) -> None:
        give_access(node, self.access)
        node.run(["mkdir", "--parents", "--mode=0700", _HERE])

    def _candidates(self, node: Node, names: list[str], why: dict[str, str]) -> Iterator[tuple[str, dict[str, Any]]]:
        """Names and manifests, newest first by what the manifests say."""
        found: dict[str, dict[str, Any]] = {}
        for name in names[-1:] if self.by_name else names:
            manifest = self._manifest(node, name)
            if manifest is None:
                why[name] = "it is not whole: it has no manifest"
            elif not _reads_well(manifest):
                why[name] = "its manifest names what is no file of a backup"
            else:
                found[name] = manifest
        yield from sorted(found.items(), key=lambda one: str(one[1]["taken"]), reverse=True)

    def _manifest(self, node: Node, name: str) -> dict[str, Any] | None:
        copy = f"{_HERE}/{name}.json"
        self._do(node, f"-get {name}/{MANIFEST} {copy}")
        if node.attempt(["test", "-f", copy]).status != 0:
            return None
        try:
            manifest = json.loads(node.get(copy))
        except ValueError:
            return None
        return manifest if isinstance(manifest, dict) else None

    def _load(self, node: Node, name: str, manifest: dict[str, Any]) -> tuple[dict[str, bytes], str]:
        folder = f"{_HERE}/{name}"
        node.run(["mkdir", "--parents", folder])
        wanted = sorted(manifest["files"])
        self._do(node, *(f"-get {name}/{one} {folder}/{one}" for one in wanted))
        files = {}
        for one in wanted:
            if node.attempt(["test", "-f", f"{folder}/{one}"]).status != 0:
                return {}, f"it is not whole: '{one}' is missing"
            files[one] = node.get(f"{folder}/{one}")
            if hashlib.sha256(files[one]).hexdigest() != manifest["files"][one]:
                return {}, f"its '{one}' is not what was sent: its digest differs"
        return files, ""

    def _do(self, node: Node, *lines: str) -> str:
        node.put(_BATCH, "".join(f"{line}\n" for line in lines), 0o600)
        return node.run([*SFTP, "-b", _BATCH, f"{USER}@{self.access.address}"]).stdout


def _reads_well(manifest: dict[str, Any]) -> bool:
    files = manifest.get("files")
    return (
        isinstance(manifest.get("taken"), str)
        and isinstance(files, dict)
        and bool(files)
        and all(_FILE.fullmatch(name) and isinstance(digest, str) for name, digest in files.items())
    )
