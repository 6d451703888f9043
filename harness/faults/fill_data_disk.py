"""etcd's data disk is full: of something else that lies beside the data."""

from __future__ import annotations

from harness.cluster.cluster import Cluster
from harness.facts.etcd_damage import ETCD_SPACE_LOG
from harness.facts.space import ETCD_ROOM, FORGOTTEN, NO_ROOM
from harness.faults.fault import Bite
from harness.faults.noticing import let_etcd_notice
from harness.lab import Node

#: A file needs room for what tells where its own is, and the last part of a disk is kept for root.
_BY_BYTE = 32 * 1024 * 1024
_AT_ITS_END = ("oflag=append", "conv=notrunc", "status=none")
#: A write of many pages is refused as a whole where two are left, and what was set aside for bytes on their way is free
#: again once they are on the disk: etcd lived on that for longer than anybody waited.
_ROUNDS = 5


class FillDataDisk:
    """A forgotten file grows until there is no room; etcd cannot write, and ends as often as it is started."""

    name = "fill-data-disk"
    fills_disk = True

    def __init__(self, node: Node) -> None:
        self.node = node.name

    @property
    def bites(self) -> tuple[Bite, ...]:
        """No room is left on the disk, and etcd says so in its log."""
        return (Bite(fact=ETCD_ROOM, node=self.node), Bite(fact=ETCD_SPACE_LOG, node=self.node))

    def strike(self, cluster: Cluster) -> None:
        """Take nearly all that is free at once, and then what is left byte by byte; then let etcd find out."""
        node = cluster.nodes[self.node]
        free = int(node.run(ETCD_ROOM.argv).stdout.split()[-1])
        node.destroy(["fallocate", f"--length={max(free - _BY_BYTE, _BY_BYTE)}", FORGOTTEN])
        for _ in range(_ROUNDS):
            # It ends as it is meant to: with no space left.
            node.attempt(["dd", "if=/dev/zero", f"of={FORGOTTEN}", "bs=4K", *_AT_ITS_END])
            node.run(["sync"])
            if ETCD_ROOM.parse(node.run(ETCD_ROOM.argv)) == NO_ROOM:
                break
        let_etcd_notice(cluster, node, ETCD_SPACE_LOG)
