"""etcd gets the time to notice what has happened to it."""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from datetime import timedelta

from harness.clock import Deadline, NotYet, wait_for
from harness.cluster.cluster import Cluster
from harness.errors import DeadlineError
from harness.facts.etcd import ETCD_LEADER, ETCD_STATUS, NO_LEADER
from harness.facts.etcd_damage import EtcdLog
from harness.lab import Node

#: etcd writes a few times a second, and the next write is its last.
_PATIENCE = timedelta(seconds=30)


def let_etcd_notice(cluster: Cluster, node: Node, log: EtcdLog) -> None:
    """Wait until etcd's log tells of it, but not for ever: whether it does is judged from the proof."""

    def noticed() -> bool | NotYet:
        try:
            said = log.parse(node.machine.channel.run(log.argv))
        except ValueError as silent:
            return NotYet(str(silent))
        return NotYet(said) if said == log.nothing else True

    _await(cluster, f"etcd on '{node.name}' to notice", noticed)


def await_no_leader(cluster: Cluster, node: Node) -> None:
    """Wait until a member that lost its majority follows nobody, but not for ever."""

    def alone() -> bool | NotYet:
        try:
            said = ETCD_LEADER.parse(node.machine.channel.run(ETCD_LEADER.argv))
        except ValueError as silent:
            return NotYet(str(silent))
        return True if said == NO_LEADER else NotYet(said)

    _await(cluster, f"etcd on '{node.name}' to miss its leader", alone)


def await_leader(cluster: Cluster, node: Node, *, other_than: int) -> None:
    """Wait until a member follows a leader that is not this one, but not for ever."""

    def led() -> bool | NotYet:
        try:
            (told,) = ETCD_STATUS.parse(node.machine.channel.run(ETCD_STATUS.argv))
        except ValueError as silent:
            return NotYet(str(silent))
        leader = told.status.leader
        return True if leader not in (0, other_than) else NotYet(f"it follows {leader:x}" if leader else NO_LEADER)

    _await(cluster, f"etcd on '{node.name}' to follow another leader", led)


def _await(cluster: Cluster, what: str, check: Callable[[], bool | NotYet]) -> None:
    deadline = Deadline.after(_PATIENCE * cluster.lab.pace, cluster.journal.clock)
    with cluster.journal.wait(what), contextlib.suppress(DeadlineError):
        wait_for(what, check, deadline, every=timedelta(milliseconds=200))
