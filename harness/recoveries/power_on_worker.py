"""A worker that lost nothing but its power."""

from __future__ import annotations

from datetime import timedelta

from harness.backup import Bundle
from harness.cluster.cluster import Cluster
from harness.cluster.readiness import Boot, nodes_of_boots
from harness.facts.boot import BOOT_ID
from harness.lab import Node
from harness.recoveries.waiting import await_state

_BACK = timedelta(seconds=90)


class PowerOnWorker:
    """Switch it on, and wait until the API counts on it again."""

    name = "power-on-worker"
    keeps_configuration = True
    takes: tuple[str, ...] = ()
    of_worker = True

    def __init__(self, node: Node) -> None:
        self.node = node.name

    def run(self, cluster: Cluster, bundle: Bundle) -> None:  # noqa: ARG002 -- nothing of it is needed
        """One button, and patience."""
        node = cluster.nodes[self.node]

        if not node.machine.is_on:
            node.power_on()
        boot = BOOT_ID.parse(node.machine.channel.run(BOOT_ID.argv))
        boots = {self.node: Boot(id=boot, began=cluster.journal.clock.now())}
        what = f"the Node '{self.node}' to be Ready in this boot"
        await_state(cluster, what, lambda: nodes_of_boots(cluster.api, boots), _BACK)
