"""etcd gets the time to notice what has happened to it."""

from __future__ import annotations

import contextlib
from datetime import timedelta

from harness.clock import Deadline, NotYet, wait_for
from harness.cluster.cluster import Cluster
from harness.errors import DeadlineError
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

    what = f"etcd on '{node.name}' to notice"
    deadline = Deadline.after(_PATIENCE * cluster.lab.pace, cluster.journal.clock)
    with cluster.journal.wait(what), contextlib.suppress(DeadlineError):
        wait_for(what, noticed, deadline, every=timedelta(milliseconds=200))
