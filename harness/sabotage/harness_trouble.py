"""What goes wrong is the harness, or the lab: neither says anything of the restore."""

from __future__ import annotations

from datetime import timedelta

from harness.cluster import canary
from harness.cluster.cluster import Cluster
from harness.errors import LabError
from harness.lab import Node
from harness.sabotage.sabotage import Expected, Sabotage


class LabBreaksFirst(Sabotage):
    """The lab is gone before the first claim is broken."""

    name = "lab-breaks-first"
    does = "lets the lab break between the fault and the recovery"
    expected = Expected(verdict="errored", names="no machine of the lab answers")

    def before_recovery(self, cluster: Cluster, node: Node, within: timedelta) -> None:  # noqa: ARG002
        """What a channel says when its host has lost the lab."""
        raise LabError("no machine of the lab answers any more")


class LeakedSecret(Sabotage):
    """Somebody types a secret on a command line, and command lines are kept."""

    name = "leaked-secret"
    does = "types a secret of the cluster on a command line"
    expected = Expected(verdict="failed", names="a secret is in journal.jsonl")

    def after_recovery(self, cluster: Cluster, node: Node) -> None:  # noqa: ARG002
        """It is in no Secret object's way from here on."""
        node.run(["echo", canary.SECRET])
