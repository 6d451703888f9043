"""etcd had no room left, and something about that is forgotten."""

from __future__ import annotations

from datetime import timedelta

from harness.cluster.cluster import Cluster
from harness.facts.space import FORGOTTEN
from harness.lab import Node
from harness.recoveries import FreeSpace, Recovery
from harness.sabotage.outline import Outline
from harness.sabotage.sabotage import Expected, Sabotage


class SpaceTrouble(Sabotage):
    """Whatever is forgotten about a full etcd is for drills that fill it."""

    @classmethod
    def why_not(cls, drill: Outline) -> str | None:
        """Where there is room none has to be made."""
        return None if drill.fills else "etcd has room enough"


class ForgottenDefragmentation(SpaceTrouble):
    """Small writes go on, and the next large one raises the alarm again."""

    name = "forgotten-defragmentation"
    does = "compacts and disarms, and does not defragment"
    expected = Expected(verdict="failed", names="was not given back")

    def recovery(self, recovery: Recovery) -> Recovery:
        """The same, less one command."""
        if isinstance(recovery, FreeSpace):
            recovery.defragments = False
        return recovery


class HeldOpen(Sabotage):
    """A removed file that a process holds open takes as much room as before."""

    name = "held-open"
    does = "lets a process hold the file open that fills etcd's disk"
    expected = Expected(verdict="failed", names="holds")

    @classmethod
    def why_not(cls, drill: Outline) -> str | None:
        """Where nothing fills the disk, nothing has to be removed from it."""
        return None if drill.fills_disk else "etcd's disk has room enough"

    def before_recovery(self, cluster: Cluster, node: Node, within: timedelta) -> None:  # noqa: ARG002
        """Somebody looks at it, and goes on looking."""
        node.run(["systemd-run", "--unit=looking", "tail", "--follow", "--lines=1", FORGOTTEN])


class ForgottenDisarm(SpaceTrouble):
    """There is room, and etcd does not look."""

    name = "forgotten-disarm"
    does = "makes room, and does not disarm the alarm"
    expected = Expected(verdict="failed", names="database space exceeded")

    def recovery(self, recovery: Recovery) -> Recovery:
        """The same, less one command."""
        if isinstance(recovery, FreeSpace):
            recovery.disarms = False
        return recovery
