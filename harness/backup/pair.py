"""A backup as two files that belong together: etcd's snapshot, and all that its static pods need."""

from __future__ import annotations

import gzip
import hashlib
import json
import re
from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import Any

import yaml

from harness.backup.bundle import Bundle
from harness.backup.records import cluster_of
from harness.backup.snapshot import SNAPSHOT_FILE
from harness.backup.strict_tar import unpacked
from harness.backup.vault import DamagedBackupError
from harness.facts.reading import fit_json

#: The names of a runbook of 2020, whose scripts find the pair by them.
PAIR = re.compile(r"(?:snapshot|static_kuberesources|manifest)_(\d{4}-\d\d-\d\d_\d{6})\.(?:db|tar\.gz|json)")
_ENCRYPTION = "EncryptionConfiguration"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Manifest:
    stamp: str
    kube_system_uid: str
    files: dict[str, str]
    encryption_keys: list[str] = field(default_factory=list)


def packed(bundle: Bundle, taken: datetime) -> Bundle:
    """Snapshot and archive under the same stamp, and a manifest with their digests and kube-system's UID."""
    stamp = f"{taken:%Y-%m-%d_%H%M%S}"
    rest = bundle.only(lambda name: name != SNAPSHOT_FILE)
    files = {
        f"snapshot_{stamp}.db": bundle.files[SNAPSHOT_FILE],
        f"static_kuberesources_{stamp}.tar.gz": gzip.compress(rest.to_tar(), mtime=0),
    }
    manifest = {
        "stamp": stamp,
        "kube_system_uid": cluster_of(bundle).uid,
        "files": {name: hashlib.sha256(content).hexdigest() for name, content in files.items()},
        "encryption_keys": encryption_keys(rest),
    }
    return Bundle({**files, f"manifest_{stamp}.json": json.dumps(manifest, indent=2).encode()})


def separated(pair: Bundle) -> Bundle:
    """The bundle that was packed; a pair that does not belong together is refused by name."""
    stamps = {found[1] if (found := PAIR.fullmatch(name)) else name for name in pair.files}
    if len(stamps) != 1 or len(pair.files) != 3:
        raise DamagedBackupError(f"These files are no backup of one moment: {', '.join(sorted(pair.files))}")
    (stamp,) = stamps
    manifest = _manifest(pair, stamp)
    for name, digest in manifest.files.items():
        if name not in pair.files or hashlib.sha256(pair.files[name]).hexdigest() != digest:
            raise DamagedBackupError(f"The file '{name}' is not what was stored: its digest differs")
    files = unpacked(_file(pair, f"static_kuberesources_{stamp}.tar.gz"))
    if cluster_of(Bundle(files)).uid != manifest.kube_system_uid:
        raise DamagedBackupError("The archive is of another cluster than its manifest: kube-system has another UID")
    return Bundle({**files, SNAPSHOT_FILE: _file(pair, f"snapshot_{stamp}.db")})


def described(pair: Bundle) -> dict[str, Any]:
    """What somebody finds who looks at a stored pair: files, digests, the manifest, and what is in the archive."""
    (stamp,) = {found[1] for name in pair.files if (found := PAIR.fullmatch(name))}
    archive = unpacked(_file(pair, f"static_kuberesources_{stamp}.tar.gz"))
    return {"found": pair.digests, "archive": sorted(archive), **asdict(_manifest(pair, stamp))}


def _manifest(pair: Bundle, stamp: str) -> _Manifest:
    name = f"manifest_{stamp}.json"
    try:
        return fit_json(_Manifest, _file(pair, name).decode())
    except ValueError as bad:
        raise DamagedBackupError(f"The file '{name}' of the backup cannot be read: {bad}") from bad


def _file(pair: Bundle, name: str) -> bytes:
    if name not in pair.files:
        raise DamagedBackupError(f"The backup has no file '{name}'")
    return pair.files[name]


def encryption_keys(bundle: Bundle) -> list[str]:
    """The files that would open what is encrypted in the snapshot beside them."""
    return [
        name for name, content in sorted(bundle.files.items()) if _ENCRYPTION.encode() in content and _keys(content)
    ]


def _keys(content: bytes) -> bool:
    try:
        documents = list(yaml.safe_load_all(content))
    except (yaml.YAMLError, ValueError, RecursionError):
        return False
    return any(isinstance(one, dict) and one.get("kind") == _ENCRYPTION for one in documents)
