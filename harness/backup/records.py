"""What lies beside a snapshot and tells of which member and cluster it is; anybody may have written it."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TypeVar

from harness.backup.bundle import Bundle
from harness.backup.vault import DamagedBackupError
from harness.facts.reading import fit_json

MEMBER = "etcd/member.json"
CLUSTER = "etcd/cluster.json"
#: Both become words of a command line of etcdutl, in which a comma begins the next member.
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9.-]{0,62}")
_URL = re.compile(r"https?://(?:[0-9A-Za-z.-]{1,253}|\[[0-9A-Fa-f:]{2,45}\]):[0-9]{1,5}")
_Record = TypeVar("_Record")


@dataclass(frozen=True, slots=True, kw_only=True)
class MemberRecord:
    """The member that a snapshot was taken of."""

    name: str
    peer_urls: list[str]

    @property
    def file(self) -> dict[str, bytes]:
        """The record as a file of a bundle."""
        return {MEMBER: json.dumps({"name": self.name, "peer_urls": self.peer_urls}).encode()}


@dataclass(frozen=True, slots=True, kw_only=True)
class ClusterRecord:
    """The cluster that it is of, by the UID of its kube-system, and the keys that signed there."""

    uid: str
    keys: Mapping[str, str] = field(default_factory=dict, hash=False)

    @property
    def file(self) -> dict[str, bytes]:
        """The record as a file of a bundle."""
        return {CLUSTER: json.dumps({"uid": self.uid, "keys": dict(self.keys)}).encode()}


def member_of(bundle: Bundle) -> MemberRecord:
    """The member's record; names and addresses of another form than those of etcd are refused."""
    record = _read(MemberRecord, bundle, MEMBER)
    if not _NAME.fullmatch(record.name) or not record.peer_urls or not all(map(_URL.fullmatch, record.peer_urls)):
        raise DamagedBackupError(f"The file '{MEMBER}' of the backup names no member of etcd with its addresses")
    return record


def cluster_of(bundle: Bundle) -> ClusterRecord:
    """The cluster's record."""
    return _read(ClusterRecord, bundle, CLUSTER)


def _read(shape: type[_Record], bundle: Bundle, name: str) -> _Record:
    content = bundle.files.get(name)
    if content is None:
        raise DamagedBackupError(f"The backup has no file '{name}'")
    try:
        return fit_json(shape, content.decode())
    except ValueError as bad:
        raise DamagedBackupError(f"The file '{name}' of the backup cannot be read: {bad}") from bad
