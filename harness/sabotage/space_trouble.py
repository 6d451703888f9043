"""etcd had no room left, and something about that is forgotten."""

from __future__ import annotations

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
