"""What every sabotage is: a handful of moments at which it may spoil something."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from harness.backup import Bundle, FolderVault
from harness.backup.remote_vault import RemoteVault
from harness.cluster.cluster import Cluster
from harness.faults import Fault
from harness.lab import Node
from harness.recoveries import Recovery
from harness.sabotage.outline import Outline


@dataclass(frozen=True, slots=True, kw_only=True)
class Expected:
    """How a drill has to end that was spoiled so: its verdict, and a word that its cause must name."""

    verdict: str
    names: str


class Sabotage:
    """Spoils nothing; each sabotage overrides the one moment that is its own."""

    name: str
    #: What it does, in a sentence.
    does: str
    expected: Expected

    @classmethod
    def why_not(cls, drill: Outline) -> str | None:  # noqa: ARG003
        """Why it does not apply to a drill like this; None if it does."""
        return None

    def fault(self, fault: Fault) -> Fault:
        """The fault that strikes instead."""
        return fault

    def after_backup(self, cluster: Cluster, losing_at_most: timedelta) -> None:
        """What happens between the backup and the fault."""

    def schedule(self, vault: RemoteVault) -> None:
        """How the backup is looked for, where it came by itself."""

    def vault(self, vault: FolderVault) -> None:
        """What becomes of the backup where it lies."""

    def recovery(self, recovery: Recovery) -> Recovery:
        """The recovery that is tried instead."""
        return recovery

    def bundle(self, bundle: Bundle) -> Bundle:
        """The backup that the recovery gets instead."""
        return bundle

    def while_parted(self, cluster: Cluster) -> None:
        """What happens once the network is parted, and proven to be."""

    def before_recovery(self, cluster: Cluster, node: Node, within: timedelta) -> None:
        """What happens between the proof of the fault and the recovery."""

    def after_recovery(self, cluster: Cluster, node: Node) -> None:
        """What happens once the recovery is done."""

    def leaves_out(self, fact: str, moment: str) -> bool:  # noqa: ARG002
        """Whether this question is never asked."""
        return False
