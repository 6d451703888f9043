"""The backup of etcd: a snapshot, and which member it is of."""

from __future__ import annotations

import json
from collections.abc import Mapping

from harness.errors import LabError
from harness.facts import Moment
from harness.facts.etcd import ETCD_MEMBERS, ETCDCTL
from harness.facts.snapshot import SNAPSHOT, SNAPSHOT_DIGEST, SNAPSHOT_STATUS
from harness.lab import Node

SNAPSHOT_FILE = "etcd/snapshot.db"
MEMBER = "etcd/member.json"
CLUSTER = "etcd/cluster.json"


def take_snapshot(node: Node, uid: str, keys: Mapping[str, str]) -> dict[str, bytes]:
    """A snapshot by the member on this machine, of the cluster with this UID of kube-system and these signing keys.

    Its hash and its digest are on record before it leaves.
    """
    members = ETCD_MEMBERS.parse(node.run(ETCD_MEMBERS.argv)).members
    own = next((member for member in members if member.name == node.name), None)
    if own is None:
        raise LabError(f"No member of etcd is called '{node.name}', so nobody can say what a snapshot of it restores")
    node.run([*ETCDCTL, "snapshot", "save", SNAPSHOT])
    node.record(SNAPSHOT_STATUS, Moment.BEFORE)
    node.record(SNAPSHOT_DIGEST, Moment.BEFORE)
    content = node.get(SNAPSHOT)
    node.run(["rm", SNAPSHOT])
    member = {"name": own.name, "peer_urls": own.peer_urls}
    return {
        SNAPSHOT_FILE: content,
        MEMBER: json.dumps(member).encode(),
        CLUSTER: json.dumps({"uid": uid, "keys": dict(keys)}).encode(),
    }
