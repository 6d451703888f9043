"""A worker is emptied or lost, and something about those who run there was forgotten."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from harness.backup import Bundle
from harness.clock import NotYet
from harness.cluster import movers
from harness.cluster.cluster import BUDGET, Cluster
from harness.cluster.readiness import pods_ready
from harness.facts.movers import NAMESPACE, Mover
from harness.faults import Fault
from harness.faults.fault import Bite
from harness.recoveries import Recovery
from harness.sabotage.outline import Outline
from harness.sabotage.sabotage import Expected, Sabotage


class DisplacementTrouble(Sabotage):
    """Whatever is forgotten about workloads that have to leave is for drills in which they do."""


class DrainTrouble(DisplacementTrouble):
    """Only where a worker is drained."""

    @classmethod
    def why_not(cls, drill: Outline) -> str | None:
        """A machine that is lost promises nothing, and needs no command to take pods again."""
        return None if drill.drains else "no worker is drained"


class AbsenceTrouble(DisplacementTrouble):
    """Only where a worker is away."""

    @classmethod
    def why_not(cls, drill: Outline) -> str | None:
        """Elsewhere nobody has to wait for one."""
        return None if drill.misses_worker else "no worker is away"


class SingleReplica(DrainTrouble):
    """Nobody is there to answer while the one that answered moves."""

    name = "single-replica"
    does = "leaves one of the two replicas, without a budget and without a wait before its end"
    expected = Expected(verdict="failed", names="'pair-read' got no answer")

    def after_backup(self, cluster: Cluster, losing_at_most: timedelta) -> None:  # noqa: ARG002
        """Another Deployment under the same name, on the machine that is about to be drained."""
        cluster.api.delete("PodDisruptionBudget", Mover.PAIR, NAMESPACE)
        _make_anew(cluster, movers.pair(cluster.images.canary, cluster.workers[-1].name, careful=False))


class ForgottenUncordon(DrainTrouble):
    """The machine is fine, and stays empty."""

    name = "forgotten-uncordon"
    does = "never says that the drained worker takes pods again"
    expected = Expected(verdict="failed", names="is cordoned still")

    def recovery(self, recovery: Recovery) -> Recovery:
        """Nothing at all."""
        return _Nothing(recovery)


class _Nothing:
    """A recovery that ends before it begins."""

    of_worker = True
    takes: tuple[str, ...] = ()

    def __init__(self, recovery: Recovery) -> None:
        self.name = recovery.name
        self.node = recovery.node
        self.keeps_configuration = recovery.keeps_configuration

    def run(self, cluster: Cluster, bundle: Bundle) -> None:
        """Nothing is done."""


class ForcedDeletion(AbsenceTrouble):
    """Somebody cannot wait, and tells the API that a pod is gone which nobody has seen end."""

    name = "forced-deletion"
    does = "deletes the StatefulSet's pod by force while its machine is silent"
    expected = Expected(verdict="failed", names="was made anew")

    def fault(self, fault: Fault) -> Fault:
        """The same, and one command."""
        return _WithForce(fault)


class _WithForce:
    """A fault, and an impatient administrator."""

    api_stays = True
    displaces = True

    def __init__(self, fault: Fault) -> None:
        self._fault = fault
        self.name = fault.name
        self.node = fault.node
        self.bites: tuple[Bite, ...] = fault.bites

    def strike(self, cluster: Cluster) -> None:
        """First the fault."""
        self._fault.strike(cluster)
        pod = f"{Mover.ROOTED}-0"
        cluster.master.run(["kubectl", "delete", "pod", pod, f"--namespace={NAMESPACE}", "--force", "--grace-period=0"])


class DefaultPatience(AbsenceTrouble):
    """Pods wait for as long as Kubernetes lets them wait by itself."""

    name = "default-patience"
    does = "leaves the movers the 300 s that each pod gets which says nothing of its own"
    expected = Expected(verdict="failed", names="did not leave")

    def after_backup(self, cluster: Cluster, losing_at_most: timedelta) -> None:  # noqa: ARG002
        """A pod made anew, which says nothing."""
        _make_anew(cluster, movers.lone(cluster.images.canary, cluster.workers[-1].name, patient=True))


def _make_anew(cluster: Cluster, deployment: dict[str, Any]) -> None:
    """Another Deployment under the same name, and one pod of it alone."""
    api, name = cluster.api, deployment["metadata"]["name"]

    def alone() -> bool | NotYet:
        pods = [one for one in api.list("Pod", NAMESPACE) if one["metadata"]["labels"]["app"] == name]
        return pods_ready(api, [NAMESPACE]) if len(pods) == 1 else NotYet(f"{len(pods)} pods of '{name}'")

    api.delete("Deployment", name, NAMESPACE)
    api.apply(deployment)
    cluster.await_state(f"one pod of '{name}' to be left", alone, BUDGET)
