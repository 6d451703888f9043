"""Somebody writes one object again and again, until etcd has no room for another revision of it."""

from __future__ import annotations

from typing import Any

from harness.cluster import canary
from harness.cluster.cluster import Cluster
from harness.facts import Moment
from harness.facts.etcd import ETCD_ALARMS, ETCD_STATUS_CLUSTER
from harness.facts.objects import NAMESPACES
from harness.facts.space import ETCD_WRITE, NO_SPACE
from harness.faults.fault import Bite
from harness.lab import Node
from harness.providers.seam import ApiError

#: Just below what the API server takes in one object.
_BYTES = 900 * 1024
#: With such objects even the default quota of 2 GiB would be full.
_ATTEMPTS = 2500


class FillEtcd:
    """A runaway controller; each of its writes is a new revision, and none of them is compacted for five minutes."""

    name = "fill-etcd"

    def __init__(self, node: Node) -> None:
        self.node = node.name

    @property
    def bites(self) -> tuple[Bite, ...]:
        """etcd raises its alarm, and refuses a write that it took before."""
        return (Bite(fact=ETCD_ALARMS, node=self.node), Bite(fact=ETCD_WRITE, node=self.node))

    def strike(self, cluster: Cluster) -> None:
        """Write until etcd refuses; then put on record how full it is, and that it still answers."""
        node = cluster.nodes[self.node]
        node.record(NAMESPACES, Moment.BEFORE)
        with cluster.journal.wait("a runaway controller to fill etcd"):
            for number in range(_ATTEMPTS):
                if _is_refused(cluster, number):
                    break
        for fact in (ETCD_STATUS_CLUSTER, NAMESPACES):
            node.record(fact, Moment.FAULTED)


def _is_refused(cluster: Cluster, number: int) -> bool:
    metadata = {"name": "runaway", "namespace": canary.NAMESPACE}
    noise: dict[str, Any] = {"noise": f"{number:08d}" * (_BYTES // 8)}
    try:
        cluster.api.apply({"apiVersion": "v1", "kind": "ConfigMap", "metadata": metadata, "data": noise})
    except ApiError as refused:
        # A runaway controller is deterred by nothing else.
        return NO_SPACE in str(refused)
    return False
