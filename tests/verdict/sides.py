"""What is asked of a drill whose network is parted, and goes well."""

from __future__ import annotations

from typing import Any

from harness.facts import CLUSTER, Moment
from tests.verdict.answers import LOST, MASTER, containers, member
from tests.verdict.telling import Story

TIMED_OUT = "Error: context deadline exceeded\n"
_BOOT = "9999999a-1111-4222-8333-444444444444\n"


def status(leader: int, term: int, *, of: int = 7, cluster: int = 7) -> list[dict[str, Any]]:
    """What a member says of itself."""
    header = {"cluster_id": cluster, "member_id": of, "revision": 170, "raft_term": term}
    told = {"header": header, "version": "3.6.5", "dbSize": 20480, **({"leader": leader} if leader else {})}
    return [{"Endpoint": "https://127.0.0.1:2379", "Status": told}]


def read(revision: int) -> dict[str, Any]:
    """An answer to a read of a key that is there."""
    return {"header": {"cluster_id": 7, "revision": revision}, "kvs": [{"key": "L3JlZ2lzdHJ5"}], "count": 1}


def part(story: Story) -> None:
    """The leader is cut off, and each side is asked."""
    story.fact("etcd-status", MASTER, Moment.LED, status(7, 2))
    story.fact("etcd-status", LOST, Moment.FAULTED, status(8, 3, of=8))
    story.fact("reach", LOST, Moment.FAULTED, "")
    story.fact("etcd-read", LOST, Moment.PARTED, read(204))
    story.fact("etcd-old-read", MASTER, Moment.PARTED, read(173))
    for fact in ("etcd-read", "etcd-parted-write"):
        story.fact(fact, MASTER, Moment.PARTED, "", status=1, stderr=TIMED_OUT)
    refused = "Error from server: etcdserver: request timed out\n"
    story.fact("api-parted-write", MASTER, Moment.PARTED, "", status=1, stderr=refused)
    taken = {"ok": True, "saw": "the API took it"}
    story.fact("operations", CLUSTER, Moment.PARTED, {"read": taken, "write": taken})
    for moment, holder, number in ((Moment.BEFORE, MASTER, 1), (Moment.PARTED, LOST, 2)):
        for program in ("kube-controller-manager", "kube-scheduler"):
            story.fact(f"{program}-leadership", CLUSTER, moment, {"holder": holder, "number": number, "of": "u-lease"})
    story.fact("containers", MASTER, Moment.PARTED, containers("c-first", led="second"))


def mend(story: Story) -> None:
    """The network is whole again; the member that was cut off is asked whether it is the same."""
    for moment in (Moment.BEFORE, Moment.RECOVERED):
        story.fact("boot-id", LOST, moment, _BOOT)
        members = [member(LOST, "https://10.77.0.12:2380")]
        story.fact("etcd-members", LOST, moment, {"header": {"cluster_id": 7}, "members": members})
    for fact in ("etcd-parted-key", "etcd-parted-object"):
        story.fact(fact, LOST, Moment.RECOVERED, {"header": {"cluster_id": 7}})
