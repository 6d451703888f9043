"""A cluster whose machines are all shut down: how it gets there, and when it is back."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import timedelta

from harness.clock import NotYet
from harness.cluster.cluster import BUDGET, Cluster
from harness.cluster.readiness import Boot, jobs_at_rest, led_since, nodes_of_boots, pods_of_boots
from harness.errors import LabError
from harness.facts.boot import BOOT_ID, BOOT_START
from harness.lab import Node
from harness.lab.turns import side_by_side
from harness.providers.seam import ApiError
from harness.spec import Role

#: The leases of the control plane, which are named after the programs that take them.
_LEADERS = ("kube-controller-manager", "kube-scheduler")
#: What the programs themselves write when they give up a lease.
_HANDED_BACK = {"spec": {"holderIdentity": "", "leaseDurationSeconds": 1}}
#: The kernel keeps so many letters of a program's name.
_LETTERS = 15
_PATIENCE = timedelta(seconds=1)


def bring_to_rest(cluster: Cluster) -> None:
    """Let no job be at work and nobody lead: who finds the lease of a dead leader at its boot waits 15 to 17 s."""
    masters = cluster.of_role(Role.CONTROL_PLANE)
    _await_jobs(cluster, cluster.members)
    for node in masters:
        node.run(["systemctl", "stop", "kubelet.service"])
        for name in _LEADERS:
            node.attempt(["pkill", "--signal", "KILL", "--exact", name[:_LETTERS]])
    _await_jobs(cluster, cluster.workers)
    for name in _LEADERS:
        patch = ["--type=merge", "--patch", json.dumps(_HANDED_BACK)]
        cluster.master.run(["kubectl", "patch", "lease", name, "--namespace=kube-system", *patch])


def await_return(cluster: Cluster) -> None:
    """Wait until nodes, pods and leaders are those of the boots that the machines are in, and the canary answers."""
    boots = {node.name: _boot_of(node) for node in cluster.members}
    first = min(boots[node.name].began for node in cluster.of_role(Role.CONTROL_PLANE))
    with cluster.journal.wait("nodes, pods and leaders of this boot, and the canary"):
        api = cluster.api
        cluster.await_state("the API to answer", lambda: bool(api.list("Node")), BUDGET)
        _wake_kubelets(cluster, boots)
        cluster.await_state("nodes to be Ready in this boot", lambda: nodes_of_boots(api, boots), BUDGET)
        cluster.await_state("pods to be Ready in this boot", lambda: pods_of_boots(api, boots), BUDGET)
        cluster.await_state("the control plane to be led", lambda: led_since(api, _LEADERS, first), BUDGET)
        cluster.await_state("the canary to answer", lambda: _canary_answers(cluster), BUDGET)


def _wake_kubelets(cluster: Cluster, boots: Mapping[str, Boot]) -> None:
    """A kubelet that finds no API at its boot asks for its pods again after a pause that grows to 30 s."""
    waiting = [node for node in cluster.members if not _is_ready(cluster, node, boots)]
    with side_by_side(cluster.journal.clock, len(cluster.members)) as threads:
        list(threads.map(lambda node: node.run(["systemctl", "restart", "kubelet.service"]), waiting))


def _is_ready(cluster: Cluster, node: Node, boots: Mapping[str, Boot]) -> bool:
    try:
        return nodes_of_boots(cluster.api, {node.name: boots[node.name]}) is True
    except ApiError:
        return False


def _await_jobs(cluster: Cluster, nodes: tuple[Node, ...]) -> None:
    names = [node.name for node in nodes]
    cluster.await_state("jobs to end", lambda: jobs_at_rest(cluster.api, names), BUDGET)


def _boot_of(node: Node) -> Boot:
    channel = node.machine.channel
    try:
        return Boot(id=BOOT_ID.parse(channel.run(BOOT_ID.argv)), began=BOOT_START.parse(channel.run(BOOT_START.argv)))
    except ValueError as unclear:
        raise LabError(f"The machine '{node.name}' does not tell which boot it is in: {unclear}") from unclear


def _canary_answers(cluster: Cluster) -> bool | NotYet:
    """Through its Service, which leads to a pod of before until the controller-manager has told of the new one."""
    reply = cluster.lab.network.http("GET", f"{cluster.app}/", timeout=_PATIENCE * cluster.lab.pace)
    return True if reply.status == 200 else NotYet(f"it answers {reply.status}")
