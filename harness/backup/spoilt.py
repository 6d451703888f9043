"""Backups that have gone bad, each in one way; nobody may restore them."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass

from harness.backup.bundle import Bundle
from harness.backup.records import MemberRecord, cluster_of
from harness.backup.snapshot import SNAPSHOT_FILE
from harness.errors import LabError

#: etcd puts the SHA-256 of a snapshot behind it.
_DIGEST = 32
_OTHER_CLUSTER = "0badc1a5-7e12-4a6e-9d0c-0123456789ab"
_OTHER_MEMBER = MemberRecord(name="master9", peer_urls=["https://10.77.0.19:2380"])


@dataclass(frozen=True, slots=True, kw_only=True)
class Spoilt:
    """One way in which a backup goes bad."""

    name: str
    of: Callable[[Bundle], Bundle]


def truncated(bundle: Bundle) -> Bundle:
    """Only the first half of the snapshot was ever written."""
    content = bundle.files[SNAPSHOT_FILE]
    return _with(bundle, SNAPSHOT_FILE, content[: len(content) // 2])


def empty(bundle: Bundle) -> Bundle:
    """The snapshot's file was made, and nothing came into it."""
    return _with(bundle, SNAPSHOT_FILE, b"")


def flipped(bundle: Bundle) -> Bundle:
    """One bit of the snapshot is another, in its middle."""
    content = bytearray(bundle.files[SNAPSHOT_FILE])
    content[len(content) // 2] ^= 1
    return _with(bundle, SNAPSHOT_FILE, bytes(content))


def of_another_cluster(bundle: Bundle) -> Bundle:
    """A faultless snapshot, digest included, in which kube-system has another UID."""
    own, content = cluster_of(bundle).uid.encode(), bundle.files[SNAPSHOT_FILE]
    if own not in content:
        raise LabError(f"The snapshot does not hold the UID '{own.decode()}' of its own cluster")
    body = content[:-_DIGEST].replace(own, _OTHER_CLUSTER.encode())
    return _with(bundle, SNAPSHOT_FILE, body + hashlib.sha256(body).digest())


def of_another_member(bundle: Bundle) -> Bundle:
    """Files of several members were mixed: the record beside the snapshot is another member's."""
    return Bundle({**bundle.files, **_OTHER_MEMBER.file})


def _with(bundle: Bundle, name: str, content: bytes) -> Bundle:
    return Bundle({**bundle.files, name: content})


SPOILT: tuple[Spoilt, ...] = (
    Spoilt(name="of-another-cluster", of=of_another_cluster),
    Spoilt(name="of-another-member", of=of_another_member),
    Spoilt(name="truncated", of=truncated),
    Spoilt(name="empty", of=empty),
    Spoilt(name="flipped", of=flipped),
)
