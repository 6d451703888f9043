"""etcd's data disk dies under a running etcd."""

from __future__ import annotations

import contextlib
from datetime import timedelta

from harness.clock import Deadline, NotYet, wait_for
from harness.cluster.cluster import Cluster
from harness.errors import DeadlineError
from harness.facts.disk import ETCD_DISK_WRITE
from harness.facts.etcd_log import ETCD_LOG, NO_DISK_ERROR
from harness.faults.fault import Bite
from harness.lab import Node
from harness.spec import DataDisk

#: etcd writes a few times a second, and the next write is its last.
_NOTICING = timedelta(seconds=30)


class KillDataDisk:
    """Each write to the disk fails from now on; the machine keeps its power."""

    name = "kill-data-disk"
    destroys = (DataDisk.ETCD,)

    def __init__(self, node: Node) -> None:
        self.node = node.name

    @property
    def bites(self) -> tuple[Bite, ...]:
        """A write on the machine is refused by the disk, and etcd says so in its log."""
        return (Bite(fact=ETCD_DISK_WRITE, node=self.node), Bite(fact=ETCD_LOG, node=self.node))

    def strike(self, cluster: Cluster) -> None:
        """Kill the disk, and give etcd the time to notice."""
        node = cluster.nodes[self.node]
        node.kill_disk(DataDisk.ETCD)

        def noticed() -> bool | NotYet:
            said = ETCD_LOG.parse(node.machine.channel.run(ETCD_LOG.argv))
            return NotYet(said) if said == NO_DISK_ERROR else True

        what = f"etcd on '{self.node}' to notice that its disk is dead"
        deadline = Deadline.after(_NOTICING * cluster.lab.pace, cluster.journal.clock)
        # Whether it did is judged from the proof.
        with cluster.journal.wait(what), contextlib.suppress(DeadlineError):
            wait_for(what, noticed, deadline, every=timedelta(milliseconds=200))
