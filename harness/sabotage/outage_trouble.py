"""What should go on without a control plane does not, or what comes back by itself is helped."""

from __future__ import annotations

from harness.backup import Bundle
from harness.cluster.cluster import Cluster
from harness.faults import Fault
from harness.faults.fault import Bite
from harness.recoveries import Recovery
from harness.sabotage.outline import Outline
from harness.sabotage.sabotage import Expected, Sabotage

_UNIT = "kubelet.service"


class OutageTrouble(Sabotage):
    """Whatever spoils the time without a control plane is for drills that look at it."""

    @classmethod
    def why_not(cls, drill: Outline) -> str | None:
        """Where nobody looks nobody notices."""
        return None if drill.endures else "nobody looks at the time without a control plane"


class _WithIdleKubelets:
    """A fault, and kubelets that stop with it."""

    def __init__(self, fault: Fault) -> None:
        self._fault = fault
        self.name = fault.name
        self.node = fault.node
        self.bites: tuple[Bite, ...] = fault.bites

    def strike(self, cluster: Cluster) -> None:
        """Stop them first: what crashes then stays so."""
        for worker in cluster.workers:
            worker.run(["systemctl", "stop", _UNIT])
        self._fault.strike(cluster)


class IdleKubelet(OutageTrouble):
    """Nobody starts crashed containers again."""

    name = "idle-kubelet"
    does = "stops the kubelets of the workers together with the control plane"
    expected = Expected(verdict="failed", names="did not restart")

    def fault(self, fault: Fault) -> Fault:
        """The same, and kubelets at rest."""
        return _WithIdleKubelets(fault)


class _Helped:
    """A recovery with one step more."""

    def __init__(self, recovery: Recovery) -> None:
        self._recovery = recovery
        self.name = recovery.name
        self.node = recovery.node
        self.keeps_configuration = recovery.keeps_configuration

    def run(self, cluster: Cluster, bundle: Bundle) -> None:
        """All of it, and a helping hand."""
        self._recovery.run(cluster, bundle)
        cluster.nodes[self.node].run(["systemctl", "restart", _UNIT])


class HelpingHand(OutageTrouble):
    """It came back, but not by itself."""

    name = "helping-hand"
    does = "restarts kubelet on the machine that should come back by itself"
    expected = Expected(verdict="failed", names="systemctl restart")

    @classmethod
    def why_not(cls, drill: Outline) -> str | None:
        """Most recoveries are nothing but commands."""
        return None if drill.endures or drill.parts else "nothing has to come back by itself"

    def recovery(self, recovery: Recovery) -> Recovery:
        """The same, and one command."""
        return _Helped(recovery)
