"""A restored member is looked at while it is alone: nobody joins one that others could not find."""

from __future__ import annotations

from collections.abc import Sequence

from harness.cluster.cluster import Cluster
from harness.facts import Moment
from harness.facts.etcd import ETCD_CLUSTER, ETCD_MEMBERS
from harness.facts.sandbox import POD_SANDBOXES
from harness.lab import Node
from harness.lab.turns import side_by_side
from harness.recoveries.recovery import RecoveryError


def prove_single_member(node: Node) -> None:
    """Put on record who etcd's members are, and go on only if it is this machine, under its own name and address."""
    node.record(POD_SANDBOXES, Moment.ALONE)
    try:
        members = node.ask(ETCD_MEMBERS, Moment.ALONE).members
    except ValueError as silent:
        raise RecoveryError(f"The restored etcd does not tell who its members are: {silent}") from silent
    url = f"https://{node.spec.ip}:2380"
    if [(one.name, one.peer_urls) for one in members] != [(node.name, [url])]:
        told = "; ".join(f"'{one.name}' with the peer URL {', '.join(one.peer_urls)}" for one in members)
        raise RecoveryError(f"The restored etcd has the members {told}, and not '{node.name}' at {url} alone")


def prove_one_cluster(cluster: Cluster, node: Node, others: Sequence[Node]) -> None:
    """Put on record which etcd answers on each machine, and go on only if there is one."""
    own = node.ask(ETCD_CLUSTER, Moment.ALONE)
    # etcdctl gives up on who is silent after 5 s.
    with side_by_side(cluster.journal.clock, len(others)) as threads:
        answers = list(threads.map(lambda other: other.ask(ETCD_CLUSTER, Moment.ALONE), others))
    found = dict(zip((other.name for other in others), answers, strict=True))
    foreign = {name: one for name, one in found.items() if one and one != own}
    if foreign:
        told = ", ".join(f"'{name}' is of {one}" for name, one in foreign.items())
        raise RecoveryError(f"Two clusters answer: the etcd of '{node.name}' is of {own or 'nobody'}, that of {told}")
