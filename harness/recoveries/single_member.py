"""A restored member is looked at while it is alone: nobody joins one that others could not find."""

from __future__ import annotations

from harness.facts import Moment
from harness.facts.etcd import ETCD_MEMBERS
from harness.facts.sandbox import POD_SANDBOXES
from harness.lab import Node
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
