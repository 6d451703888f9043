"""The backup of etcd: a snapshot, and which member it is of."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from harness.backup.records import ClusterRecord, MemberRecord
from harness.errors import LabError
from harness.facts import Moment
from harness.facts.etcd import ETCD_MEMBERS, ETCDCTL, Member
from harness.facts.snapshot import SNAPSHOT, SNAPSHOT_DIGEST, SNAPSHOT_STATUS
from harness.lab import Node

SNAPSHOT_FILE = "etcd/snapshot.db"


def take_snapshot(node: Node, uid: str, keys: Mapping[str, str]) -> dict[str, bytes]:
    """A snapshot by the member on this machine, of the cluster with this UID of kube-system and these signing keys.

    Its hash and its digest are on record before it leaves.
    """
    members = ETCD_MEMBERS.parse(node.run(ETCD_MEMBERS.argv)).members
    member = member_record(members, node.name)
    node.run([*ETCDCTL, "snapshot", "save", SNAPSHOT])
    node.record(SNAPSHOT_STATUS, Moment.BEFORE)
    node.record(SNAPSHOT_DIGEST, Moment.BEFORE)
    content = node.get(SNAPSHOT)
    node.run(["rm", SNAPSHOT])
    return {SNAPSHOT_FILE: content, **member, **cluster_record(uid, keys)}


def member_record(members: Sequence[Member], name: str) -> dict[str, bytes]:
    """The file that says of which member a snapshot is."""
    own = next((member for member in members if member.name == name), None)
    if own is None:
        raise LabError(f"No member of etcd is called '{name}', so nobody can say what a snapshot of it restores")
    return MemberRecord(name=own.name, peer_urls=own.peer_urls).file


def cluster_record(uid: str, keys: Mapping[str, str]) -> dict[str, bytes]:
    """The file that says of which cluster it is, and which keys signed there."""
    return ClusterRecord(uid=uid, keys=keys).file
