"""One more reboot of what was recovered."""

from __future__ import annotations

from collections.abc import Sequence

from harness.cluster import canary
from harness.cluster.cluster import Cluster
from harness.drill.examination import Examination
from harness.drill.waiting import Waiting
from harness.facts import Moment
from harness.lab.turns import side_by_side
from harness.spec import Role


def reboot(cluster: Cluster, examination: Examination, waiting: Waiting, names: Sequence[str]) -> None:
    """Cut these machines, boot them, wait for what should come back, and ask what must still hold."""
    nodes = [*cluster.of_role(Role.ETCD), *(cluster.nodes[name] for name in names)]
    before = waiting.pods_before(names)
    with side_by_side(cluster.journal.clock, len(nodes)) as threads:
        list(threads.map(lambda node: node.cut(), nodes))
        list(threads.map(lambda node: node.power_on(), nodes))
    written = waiting.patiently("the API to take writes after one more reboot", lambda: _writes(cluster))
    examination.note_write(Moment.REBOOTED, taken=written)
    if written:
        waiting.for_pods(names, before, " after one more reboot")
        waiting.for_workload(" after one more reboot")
    examination.rebooted()


def _writes(cluster: Cluster) -> bool:
    manifest = {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "new", "namespace": canary.NAMESPACE}}
    cluster.api.apply({**manifest, "data": {"written": "after one more reboot"}})
    return True
