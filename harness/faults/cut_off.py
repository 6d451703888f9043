"""A machine is cut off from all others, and goes on."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import ClassVar

from harness.cluster.cluster import Cluster
from harness.facts.reach import REACH
from harness.faults.fault import Bite
from harness.lab import Node
from harness.spec import Role


class CutOff:
    """Nothing passes between a machine and the others any more; power, disks and link stay as they are."""

    name = "cut-off"
    #: Others serve on: whoever is cut off is a worker, or one of several control planes.
    api_stays = True
    leaves_alive = True
    not_on: ClassVar[Mapping[str, str]] = {"vagrant": "the network of Vagrant's machines is not ours to part"}

    def __init__(self, node: Node, others: Sequence[Node]) -> None:
        self.node = node.name
        self.others = tuple(one.name for one in others)
        #: Others take over what a worker ran; a control plane's own pods stay with it.
        self.displaces = node.spec.role is Role.WORKER
        self._address = node.spec.ip
        self._nearest = others[0].spec.ip

    @property
    def bites(self) -> tuple[Bite, ...]:
        """Seen from both sides, and told by the machine itself, so that it is known to be alive."""
        reached = REACH.to(self._address)
        inside = Bite(fact=REACH.to(self._nearest), node=self.node)
        return (inside, *(Bite(fact=reached, node=other) for other in self.others))

    def strike(self, cluster: Cluster) -> None:
        """Take it off the lab's bridge."""
        cluster.nodes[self.node].isolate()
