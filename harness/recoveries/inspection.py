"""A backup is looked at before anything is touched."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypeVar

from harness.backup import Bundle, DamagedBackupError
from harness.backup.matching import signing_keys, unmatched
from harness.backup.records import cluster_of, member_of
from harness.backup.snapshot import SNAPSHOT_FILE
from harness.facts import Fact, Moment
from harness.facts.snapshot import (
    SNAPSHOT,
    SNAPSHOT_AUTHORITIES,
    SNAPSHOT_CLUSTER,
    SNAPSHOT_STATUS,
    SNAPSHOT_TRIAL,
    TRIAL,
)
from harness.lab import Node
from harness.recoveries.snapshot import RestoreOptions

_Answer = TypeVar("_Answer")


def inspect(node: Node, bundle: Bundle, options: RestoreOptions) -> None:
    """Refuse a backup that would not bring this cluster back; all that is written for it lies on memory."""
    if not options.inspected:
        return
    member, record = member_of(bundle), cluster_of(bundle)
    uid = record.uid
    if member.name != node.spec.called or not any(f"//{node.spec.ip}:" in url for url in member.peer_urls):
        told = f"of the member '{member.name}' at {', '.join(member.peer_urls)}"
        raise DamagedBackupError(f"The backup is {told}, not of '{node.spec.called}' at {node.spec.ip}")
    node.put(SNAPSHOT, bundle.files[SNAPSHOT_FILE], 0o600)
    try:
        revision = _ask(node, SNAPSHOT_STATUS).revision
        _ask(node, SNAPSHOT_TRIAL)
        found, published = _ask(node, SNAPSHOT_CLUSTER), _ask(node, SNAPSHOT_AUTHORITIES)
    finally:
        node.run(["rm", "--recursive", "--force", TRIAL, SNAPSHOT])
    if found != uid:
        raise DamagedBackupError(f"The snapshot is of another cluster: its kube-system has the UID {found}, not {uid}")
    _demand_pair(bundle, record.keys, published, revision)


def _demand_pair(bundle: Bundle, recorded: Mapping[str, str], published: frozenset[str], revision: int) -> None:
    """Refuse a PKI under which the snapshot was not taken; a key that is missing is somebody else's to notice."""
    keys = signing_keys(bundle.below("pki"))
    wrong = [
        f"'{name}' of the PKI is {keys[name]}, and the snapshot of revision {revision} was taken under"
        f" {' and '.join(others)}"
        for name, others in unmatched(keys, dict(recorded), published).items()
    ]
    if wrong:
        raise DamagedBackupError(f"PKI and snapshot of the backup do not belong together: {'; '.join(wrong)}")


def _ask(node: Node, fact: Fact[_Answer]) -> _Answer:
    try:
        return node.ask(fact, Moment.OFFERED)
    except ValueError as bad:
        raise DamagedBackupError(f"The snapshot of the backup cannot be used: {bad}") from bad
