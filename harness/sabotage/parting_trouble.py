"""The network is not parted for long enough, or not whole again."""

from __future__ import annotations

from harness.cluster.cluster import Cluster
from harness.faults import Fault
from harness.recoveries import Reconnect, Recovery
from harness.sabotage.outline import Outline
from harness.sabotage.sabotage import Expected, Sabotage


class PartingTrouble(Sabotage):
    """Whatever spoils a parted network is for drills that part it."""

    @classmethod
    def why_not(cls, drill: Outline) -> str | None:
        """Where nobody is cut off nobody can be connected."""
        return None if drill.parts else "the network stays whole"


class HealedTooSoon(PartingTrouble):
    """Somebody mends the network while the two sides are asked."""

    name = "healed-too-soon"
    does = "makes the network whole again before the side that was cut off is asked"
    expected = Expected(verdict="failed", names="no majority was on its side")

    def __init__(self) -> None:
        self._node = ""

    def fault(self, fault: Fault) -> Fault:
        """The same; whom it cuts off is remembered."""
        self._node = fault.node
        return fault

    def while_parted(self, cluster: Cluster) -> None:
        """Mend it."""
        cluster.nodes[self._node].reconnect()


class LeftCut(PartingTrouble):
    """Nobody mends the network."""

    name = "left-cut"
    does = "never makes the network whole again"
    expected = Expected(verdict="failed", names="to reach")

    def recovery(self, recovery: Recovery) -> Recovery:
        """The same, less the one step that it has."""
        if isinstance(recovery, Reconnect):
            recovery.reconnects = False
        return recovery
