"""An etcd that has reached its quota gets room again, with nothing lost."""

from __future__ import annotations

from harness.backup import Bundle
from harness.cluster.cluster import Cluster
from harness.facts.etcd import ETCD_STATUS, ETCDCTL
from harness.facts.space import ETCD_WRITE, TAKEN
from harness.lab import Node
from harness.recoveries.recovery import RecoveryError
from harness.recoveries.waiting import await_api


class FreeSpace:
    """Compact what is history, give the freed pages back, disarm the alarm, and see a write taken."""

    name = "free-space"
    keeps_configuration = True
    in_place = True
    takes: tuple[str, ...] = ()

    def __init__(self, node: Node) -> None:
        self.node = node.name
        #: Without it the file stays as large as it is.
        self.defragments = True
        #: Without it etcd refuses writes for ever, however much room there is.
        self.disarms = True

    def run(self, cluster: Cluster, bundle: Bundle) -> None:  # noqa: ARG002 -- nothing was lost
        """The steps in their order: the alarm of an etcd without room comes back at once."""
        node = cluster.nodes[self.node]
        states = ETCD_STATUS.parse(node.run(ETCD_STATUS.argv))
        revision = max(one.status.header.revision for one in states)
        node.run([*ETCDCTL, "compact", "--physical", str(revision)])
        if self.defragments:
            node.run([*ETCDCTL, "defrag"])
        if self.disarms:
            node.run([*ETCDCTL, "alarm", "disarm"])
        try:
            said = ETCD_WRITE.parse(node.attempt(ETCD_WRITE.argv))
        except ValueError as other:
            raise RecoveryError(f"etcd has room again, and still takes no write: {other}") from other
        if said != TAKEN:
            left = "its alarm is raised, or its file is as large as its quota: what was freed was not given back"
            raise RecoveryError(f"etcd refuses a write, '{said}': {left}")
        await_api(cluster, node)
        node.run(["sync"])
