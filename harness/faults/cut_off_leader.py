"""The control plane that leads etcd is alone, and the others are a majority."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import ClassVar

from harness.cluster.cluster import Cluster
from harness.errors import SpecError
from harness.facts import Moment
from harness.facts.etcd import ETCD_LEADER, ETCD_MEMBERS, ETCD_STATUS, ETCDCTL
from harness.faults.cut_off import CutOff
from harness.faults.fault import Bite
from harness.faults.noticing import await_leader, await_no_leader
from harness.lab import Node


class CutOffLeader:
    """etcd is led by one control plane, and that one is cut off from all others."""

    name = "cut-off-leader"
    api_stays = True
    not_on: ClassVar[Mapping[str, str]] = CutOff.not_on

    def __init__(self, node: Node, others: Sequence[Node]) -> None:
        if len(others) < 2:
            raise SpecError("Without it the others have to be a majority: the lab has to have three control planes")
        self._cut = CutOff(node, others)
        self.node = node.name
        self.through = others[0].name
        self.isolates = node.name

    @property
    def bites(self) -> tuple[Bite, ...]:
        """Nothing passes, and etcd of the machine, which is alive, follows nobody."""
        return (*self._cut.bites, Bite(fact=ETCD_LEADER, node=self.node))

    def strike(self, cluster: Cluster) -> None:
        """Let it lead, cut it off, and let both sides find out."""
        node, through = cluster.nodes[self.node], cluster.nodes[self.through]
        number = _let_lead(cluster, node)
        node.record(ETCD_STATUS, Moment.LED)
        self._cut.strike(cluster)
        await_leader(cluster, through, other_than=number)
        through.record(ETCD_STATUS, Moment.FAULTED)
        await_no_leader(cluster, node)


def _let_lead(cluster: Cluster, node: Node) -> int:
    """Who leads hands over, if it is another; the number of the machine's member."""
    (told,) = ETCD_STATUS.parse(node.run(ETCD_STATUS.argv))
    number, leader = told.status.header.member_id, told.status.leader
    names = {one.id: one.name for one in ETCD_MEMBERS.parse(node.run(ETCD_MEMBERS.argv)).members}
    if leader != number and leader in names:
        # Only who leads can hand over.
        cluster.nodes[names[leader]].run([*ETCDCTL, "move-leader", f"{number:x}"])
        await_leader(cluster, node, other_than=leader)
    return number
