"""A machine that was cut off, and lost nothing but its neighbours."""

from __future__ import annotations

from datetime import timedelta

from harness.backup import Bundle
from harness.clock import NotYet
from harness.cluster.cluster import Cluster
from harness.cluster.readiness import members_ready
from harness.facts.etcd import ETCD_LEADER, LED
from harness.facts.parted import ETCD_READ
from harness.facts.reach import ANSWERED, REACH
from harness.lab import Node
from harness.recoveries.waiting import await_api, await_state
from harness.spec import Role

#: etcd tries to reach its peers ten times a second, and kubelet the API every few seconds.
_BACK = timedelta(seconds=60)
#: What etcd wrote into a connection while nobody answered is sent again after pauses that double up to two minutes, and
#: all that it writes after that waits behind it: a member follows a leader long before the leader hears of it.
_HEARD = timedelta(seconds=150)


class Reconnect:
    """Make the network whole again, and do nothing else."""

    name = "reconnect"
    keeps_configuration = True
    in_place = True
    takes: tuple[str, ...] = ()

    def __init__(self, node: Node) -> None:
        self.node = node.name
        self.of_worker = node.spec.role is Role.WORKER
        #: Without it the machine stays where it is.
        self.reconnects = True

    def run(self, cluster: Cluster, bundle: Bundle) -> None:  # noqa: ARG002 -- nothing was lost
        """One cable, and patience."""
        node = cluster.nodes[self.node]
        if self.reconnects:
            node.reconnect()
        _await_neighbour(cluster, node)
        if node.spec.role is Role.CONTROL_PLANE:
            _await_leader(cluster, node)
            _await_answer(cluster, node)
            await_api(cluster, node)
        names = (node.name,)
        await_state(cluster, f"'{node.name}' to be Ready", lambda: members_ready(cluster.api, names), _BACK)


def _await_neighbour(cluster: Cluster, node: Node) -> None:
    """A Node is Ready for 40 s after it was heard of last, so that this tells nothing of the network."""
    other = next(one for one in cluster.members if one.name != node.name)
    asked = REACH.to(other.spec.ip)

    def reached() -> bool | NotYet:
        said = asked.parse(node.machine.channel.run(asked.argv))
        return True if said == ANSWERED else NotYet(f"'{other.name}': {said}")

    await_state(cluster, f"'{node.name}' to reach '{other.name}'", reached, _BACK)


def _await_leader(cluster: Cluster, node: Node) -> None:
    def led() -> bool | NotYet:
        try:
            said = ETCD_LEADER.parse(node.machine.channel.run(ETCD_LEADER.argv))
        except ValueError as silent:
            return NotYet(str(silent))
        return True if said == LED else NotYet(said)

    await_state(cluster, f"etcd on '{node.name}' to follow a leader", led, _BACK)


def _await_answer(cluster: Cluster, node: Node) -> None:
    """A member asks its leader before it answers what all have agreed upon: leader and member hear each other."""

    def answered() -> bool | NotYet:
        try:
            said = ETCD_READ.parse(node.machine.channel.run(ETCD_READ.argv))
        except ValueError as silent:
            return NotYet(str(silent))
        return True if said.taken else NotYet(said.said)

    await_state(cluster, f"etcd on '{node.name}' to answer for all", answered, _HEARD)
