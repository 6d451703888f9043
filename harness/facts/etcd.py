"""What etcd says of itself, in the JSON of etcdctl 3.6."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Annotated, TypeVar

from pydantic import Field

from harness.facts.fact import Output
from harness.facts.reading import read_json

_Item = TypeVar("_Item")
#: etcdctl with what lets it in.
ETCDCTL = (
    "etcdctl",
    "--endpoints=https://127.0.0.1:2379",
    "--cacert=/etc/kubernetes/pki/etcd/ca.crt",
    "--cert=/etc/kubernetes/pki/etcd/server.crt",
    "--key=/etc/kubernetes/pki/etcd/server.key",
)
_ASK = (*ETCDCTL, "-w", "json")
#: By how much a restore moves the revision, so that it lies beyond each that a client has seen.
REVISION_BUMP = 1_000_000_000
#: The answers of a member that is asked for its leader.
LED, NO_LEADER = "led", "without a leader"
#: What etcdctl says where nobody answers.
_SILENCE = ("context deadline exceeded", "connection refused")
# etcdctl prints the number of the protocol's enumeration, not its name.
_ALARMS = {1: "NOSPACE", 2: "CORRUPT"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Member:
    """One member as the cluster knows it; a member that never started has no name."""

    id: Annotated[int, Field(alias="ID")]
    name: str = ""
    peer_urls: Annotated[list[str], Field(alias="peerURLs")] = field(default_factory=list)
    client_urls: Annotated[list[str], Field(alias="clientURLs")] = field(default_factory=list)
    is_learner: Annotated[bool, Field(alias="isLearner")] = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Header:
    """What stands above every answer; numbers that are zero are left out."""

    cluster_id: int = 0
    member_id: int = 0
    revision: int = 0
    raft_term: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class MemberList:
    """The members."""

    header: Header
    members: list[Member] = field(default_factory=list)


@dataclass(frozen=True, slots=True, kw_only=True)
class Status:
    """The state of one member."""

    header: Header
    version: str = ""
    leader: int = 0
    db_size: Annotated[int, Field(alias="dbSize")] = 0
    db_size_in_use: Annotated[int, Field(alias="dbSizeInUse")] = 0
    raft_applied_index: Annotated[int, Field(alias="raftAppliedIndex")] = 0
    errors: list[str] = field(default_factory=list)
    is_learner: Annotated[bool, Field(alias="isLearner")] = False


@dataclass(frozen=True, slots=True, kw_only=True)
class EndpointStatus:
    """The state of the member behind one endpoint."""

    endpoint: Annotated[str, Field(alias="Endpoint")]
    status: Annotated[Status, Field(alias="Status")]


@dataclass(frozen=True, slots=True, kw_only=True)
class HashKv:
    """The hash over all keys up to a revision."""

    header: Header
    hash: int = 0
    compact_revision: int = 0
    hash_revision: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class EndpointHash:
    """The hash of the member behind one endpoint."""

    endpoint: Annotated[str, Field(alias="Endpoint")]
    hashkv: Annotated[HashKv, Field(alias="HashKV")]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Alarm:
    member_id: Annotated[int, Field(alias="memberID")] = 0
    alarm: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class _AlarmList:
    header: Header
    alarms: list[_Alarm] = field(default_factory=list)


@dataclass(frozen=True, slots=True, kw_only=True)
class EtcdMembers:
    """The members of the etcd cluster."""

    name: str = "etcd-members"
    argv: tuple[str, ...] = (*_ASK, "member", "list")

    def parse(self, output: Output) -> MemberList:
        """The members; there is at least one."""
        answer = read_json(MemberList, output)
        if not answer.members:
            raise ValueError("a cluster without members")
        return answer


@dataclass(frozen=True, slots=True, kw_only=True)
class EtcdStatus:
    """The state of one member, or of all."""

    name: str = "etcd-status"
    argv: tuple[str, ...] = (*_ASK, "endpoint", "status")

    def parse(self, output: Output) -> tuple[EndpointStatus, ...]:
        """The states; there is at least one."""
        return _some(tuple(read_json(list[EndpointStatus], output)))


@dataclass(frozen=True, slots=True, kw_only=True)
class EtcdLeader:
    """Whether one member follows a leader, which it can tell though it may not write."""

    name: str = "etcd-leader"
    argv: tuple[str, ...] = (*_ASK, "endpoint", "status")

    def parse(self, output: Output) -> str:
        """That it does, or that it does not."""
        states = _some(tuple(read_json(list[EndpointStatus], output)))
        return LED if all(one.status.leader for one in states) else NO_LEADER


@dataclass(frozen=True, slots=True, kw_only=True)
class EtcdCluster:
    """Of which cluster the member on a machine is."""

    name: str = "etcd-cluster"
    argv: tuple[str, ...] = (*_ASK, "endpoint", "status")

    def parse(self, output: Output) -> str:
        """The cluster's id; empty where no member answers."""
        if output.status != 0 and any(words in output.stderr for words in _SILENCE):
            return ""
        return f"{_some(tuple(read_json(list[EndpointStatus], output)))[0].status.header.cluster_id:x}"


@dataclass(frozen=True, slots=True, kw_only=True)
class EtcdHash:
    """The hash of the keys of one member, or of all."""

    name: str = "etcd-hash"
    argv: tuple[str, ...] = (*_ASK, "endpoint", "hashkv")

    def parse(self, output: Output) -> tuple[EndpointHash, ...]:
        """The hashes; there is at least one."""
        return _some(tuple(read_json(list[EndpointHash], output)))


@dataclass(frozen=True, slots=True, kw_only=True)
class EtcdAlarms:
    """The alarms that are raised."""

    name: str = "etcd-alarms"
    argv: tuple[str, ...] = (*_ASK, "alarm", "list")

    def parse(self, output: Output) -> tuple[str, ...]:
        """Each alarm with its member; none is the good answer."""
        alarms = read_json(_AlarmList, output).alarms
        return tuple(f"{_ALARMS.get(one.alarm, one.alarm)} on member {one.member_id:x}" for one in alarms if one.alarm)


def _some(items: tuple[_Item, ...]) -> tuple[_Item, ...]:
    if not items:
        raise ValueError("no endpoint answered")
    return items


ETCD_MEMBERS = EtcdMembers()
ETCD_STATUS = EtcdStatus()
ETCD_STATUS_CLUSTER = EtcdStatus(name="etcd-status-cluster", argv=(*_ASK, "endpoint", "status", "--cluster"))
ETCD_LEADER = EtcdLeader()
ETCD_CLUSTER = EtcdCluster()
ETCD_HASH = EtcdHash()
ETCD_HASH_CLUSTER = EtcdHash(name="etcd-hash-cluster", argv=(*_ASK, "endpoint", "hashkv", "--cluster"))
ETCD_ALARMS = EtcdAlarms()
