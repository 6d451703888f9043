"""All control planes live, and what they hold is bad: one gets the snapshot, and the others learn from it."""

from __future__ import annotations

from collections.abc import Sequence

from harness.backup import Bundle
from harness.cluster.cluster import Cluster
from harness.lab import Node
from harness.lab.turns import side_by_side
from harness.recoveries.inspection import inspect
from harness.recoveries.learning import learn
from harness.recoveries.new_revision import await_new_revision, reason, write_new_revision
from harness.recoveries.single_member import prove_one_cluster, prove_single_member
from harness.recoveries.snapshot import RestoreOptions, put_aside, restore_beside, take_restored
from harness.recoveries.static_pods import await_api, start_static_pods, stop_static_pods


class RestoreForAll:
    """Stop the others, restore on one, prove that it is alone, and let all run from the same new manifests."""

    name = "restore-for-all"
    keeps_configuration = True
    restores_data = True
    in_place = True

    def __init__(self, node: Node, others: Sequence[Node]) -> None:
        self.node = node.name
        self.regrows = tuple(other.name for other in others)
        self.options = RestoreOptions()

    def run(self, cluster: Cluster, bundle: Bundle) -> None:
        """The steps in their order; until one machine serves what was restored, none of them asks an API."""
        node, others = cluster.nodes[self.node], [cluster.nodes[name] for name in self.regrows]
        inspect(node, bundle, self.options)
        restore_beside(node, bundle, self.options)
        if self.options.others_stopped:
            with side_by_side(cluster.journal.clock, len(others)) as threads:
                list(threads.map(lambda other: _silence(cluster, other), others))
        stop_static_pods(cluster, node, patient=self.options.stopped, by_force=True)
        put_aside(node)
        take_restored(node)
        why = reason(cluster)
        write_new_revision(node, why)
        start_static_pods(cluster, node)
        prove_one_cluster(cluster, node, others)
        prove_single_member(node)
        for other in others:
            learn(cluster, other, node, why)
        for other in others:
            await_api(cluster, other)
        await_new_revision(cluster, node, why, (self.node, *self.regrows))
        # What a power cut can still take is not recovered.
        for one in (node, *others):
            one.run(["sync"])


def _silence(cluster: Cluster, node: Node) -> None:
    """Nobody but the restored machine may serve: its data are put where etcd does not look."""
    stop_static_pods(cluster, node, by_force=True)
    put_aside(node)
