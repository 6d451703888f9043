"""Something goes on bearing a name that no machine has any more."""

from __future__ import annotations

from harness.recoveries import Recovery, RestoreUnderNewName
from harness.sabotage.outline import Outline
from harness.sabotage.sabotage import Expected, Sabotage


class NameTrouble(Sabotage):
    """A control plane that comes back under another name."""

    @classmethod
    def why_not(cls, drill: Outline) -> str | None:
        """Where nobody is renamed nothing bears an old name."""
        return None if drill.renames else "each machine keeps its name"


class WrongName(NameTrouble):
    """The control plane is well under its new name, and the Node of the old one is there for good."""

    name = "wrong-name"
    does = "leaves the Node of the old name, and the pods that are bound to it, where they are"
    expected = Expected(verdict="failed", names="no machine is the Node 'master1'")

    def recovery(self, recovery: Recovery) -> Recovery:
        """The same, less one step."""
        if isinstance(recovery, RestoreUnderNewName):
            recovery.lays_ghost = False
        return recovery


class StrandedVolume(NameTrouble):
    """All Nodes are machines again, and a volume waits for one that is called as none is."""

    name = "stranded-volume"
    does = "leaves volumes bound to the Node of the old name"
    expected = Expected(verdict="failed", names="the volume 'bound' tells 'master1'")

    def recovery(self, recovery: Recovery) -> Recovery:
        """The same, less one step."""
        if isinstance(recovery, RestoreUnderNewName):
            recovery.binds_volumes = False
        return recovery
