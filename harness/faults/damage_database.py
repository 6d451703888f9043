"""etcd's database is damaged on a disk that is well."""

from __future__ import annotations

from harness.cluster.cluster import Cluster
from harness.facts.etcd_damage import DATABASE, ETCD_DATABASE, ETCD_DATABASE_LOG, ETCD_SERVICE_DATABASE_LOG
from harness.faults.fault import Bite
from harness.faults.noticing import let_etcd_notice
from harness.lab import Node
from harness.spec import Role


class DamageDatabase:
    """The first two pages of the file, without which no other page can be found, are overwritten with zeros."""

    name = "damage-database"

    def __init__(self, node: Node) -> None:
        self.node = node.name
        self._log = ETCD_SERVICE_DATABASE_LOG if node.spec.role is Role.ETCD else ETCD_DATABASE_LOG

    @property
    def bites(self) -> tuple[Bite, ...]:
        """The file is no database any more, and etcd says so in its log."""
        return (Bite(fact=ETCD_DATABASE, node=self.node), Bite(fact=self._log, node=self.node))

    def strike(self, cluster: Cluster) -> None:
        """Kill etcd, overwrite them before it is started again, and let it find out."""
        node = cluster.nodes[self.node]
        # A running etcd has both in its memory, and its next two writes put them back.
        node.run(["pkill", "--signal", "KILL", "--exact", "etcd"])
        pages = ["if=/dev/zero", f"of={DATABASE}", "bs=4096", "count=2", "conv=notrunc,fsync", "status=none"]
        node.destroy(["dd", *pages])
        let_etcd_notice(cluster, node, self._log)
