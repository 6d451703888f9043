"""A machine that has its files still becomes a member of etcd again, with no data of its own."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

from harness.clock import Deadline, NotYet, wait_for
from harness.cluster.cluster import Cluster
from harness.errors import DeadlineError
from harness.facts import Output
from harness.facts.etcd import ETCD_MEMBERS, ETCDCTL
from harness.lab import Node
from harness.recoveries.new_revision import write_new_revision
from harness.recoveries.recovery import RecoveryError
from harness.recoveries.static_pods import give_back

_LEARNING = timedelta(seconds=60)


def learn(cluster: Cluster, node: Node, teacher: Node, why: str) -> None:
    """Join as a learner, who has no vote that could be missed, start, and be promoted once all is learnt."""
    url = f"https://{node.spec.ip}:2380"
    add = [*ETCDCTL, "member", "add", node.name, "--learner", f"--peer-urls={url}"]
    # Until each member has been connected to all others for 5 s etcd takes nobody in: "unhealthy cluster".
    _await(cluster, f"etcd to take '{node.name}' in", lambda: _is_done(teacher.attempt(add)))
    known = ETCD_MEMBERS.parse(teacher.attempt(ETCD_MEMBERS.argv)).members
    # A member that never started has told nobody its name.
    write_new_revision(node, why, {one.name or node.name: one.peer_urls[0] for one in known})
    give_back(node)
    number = next(f"{one.id:x}" for one in known if url in one.peer_urls)
    promote = [*ETCDCTL, "member", "promote", number]
    what = f"etcd on '{node.name}' to learn all and to be promoted"
    _await(cluster, what, lambda: _is_done(teacher.machine.channel.run(promote)))


def _is_done(said: Output) -> bool | NotYet:
    return True if said.status == 0 else NotYet((said.stderr.strip().splitlines() or ["no answer"])[-1])


def _await(cluster: Cluster, what: str, check: Callable[[], bool | NotYet]) -> None:
    deadline = Deadline.after(_LEARNING * cluster.lab.pace, cluster.journal.clock)
    with cluster.journal.wait(what):
        try:
            wait_for(what, check, deadline, every=timedelta(milliseconds=500))
        except DeadlineError as late:
            raise RecoveryError(str(late)) from late
