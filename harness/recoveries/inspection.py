"""A backup is looked at before anything is touched."""

from __future__ import annotations

import json
from typing import TypeVar

from harness.backup import Bundle, DamagedBackupError
from harness.backup.snapshot import CLUSTER, MEMBER, SNAPSHOT_FILE
from harness.facts import Fact, Moment
from harness.facts.snapshot import SNAPSHOT, SNAPSHOT_CLUSTER, SNAPSHOT_STATUS, SNAPSHOT_TRIAL, TRIAL
from harness.lab import Node
from harness.recoveries.snapshot import RestoreOptions

_Answer = TypeVar("_Answer")


def inspect(node: Node, bundle: Bundle, options: RestoreOptions) -> None:
    """Refuse a backup that would not bring this cluster back; all that is written for it lies on memory."""
    if not options.inspected:
        return
    member, uid = json.loads(bundle.files[MEMBER]), json.loads(bundle.files[CLUSTER])["uid"]
    if member["name"] != node.name or not any(f"//{node.spec.ip}:" in url for url in member["peer_urls"]):
        told = f"of the member '{member['name']}' at {', '.join(member['peer_urls'])}"
        raise DamagedBackupError(f"The backup is {told}, not of '{node.name}' at {node.spec.ip}")
    node.put(SNAPSHOT, bundle.files[SNAPSHOT_FILE], 0o600)
    try:
        _ask(node, SNAPSHOT_STATUS)
        _ask(node, SNAPSHOT_TRIAL)
        found = _ask(node, SNAPSHOT_CLUSTER)
    finally:
        node.run(["rm", "--recursive", "--force", TRIAL, SNAPSHOT])
    if found != uid:
        raise DamagedBackupError(f"The snapshot is of another cluster: its kube-system has the UID {found}, not {uid}")


def _ask(node: Node, fact: Fact[_Answer]) -> _Answer:
    try:
        return node.ask(fact, Moment.OFFERED)
    except ValueError as bad:
        raise DamagedBackupError(f"The snapshot of the backup cannot be used: {bad}") from bad
