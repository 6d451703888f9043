"""Certificates have expired, and something about that is forgotten."""

from __future__ import annotations

from harness.backup import Bundle
from harness.cluster.cluster import Cluster
from harness.recoveries import Recovery, RejoinByToken, RenewCertificates
from harness.sabotage.outline import Outline
from harness.sabotage.sabotage import Expected, Sabotage


class ExpiryTrouble(Sabotage):
    """Whatever is forgotten about expired certificates is for drills that outlive them."""

    @classmethod
    def why_not(cls, drill: Outline) -> str | None:
        """Where nothing expires nothing has to be renewed."""
        return None if drill.outlives else "no certificate expires during the drill"


class ForgottenRenewal(ExpiryTrouble):
    """kubeadm is asked again, and says the same again."""

    name = "forgotten-renewal"
    does = "leaves expired certificates as they are"
    expected = Expected(verdict="failed", names="not signed by")

    def recovery(self, recovery: Recovery) -> Recovery:
        """The same, less the renewal."""
        if isinstance(recovery, RenewCertificates):
            recovery.renews = False
        return recovery


class _LeftAlone:
    """A recovery that nobody performs."""

    def __init__(self, recovery: Recovery) -> None:
        self.name = recovery.name
        self.node = recovery.node
        self.keeps_configuration = recovery.keeps_configuration

    def run(self, cluster: Cluster, bundle: Bundle) -> None:
        """Do nothing at all."""


class ForgottenWorker(ExpiryTrouble):
    """The control plane is well, and a worker is lost to it."""

    name = "forgotten-worker"
    does = "leaves a worker alone whose client certificate has expired"
    expected = Expected(verdict="failed", names="expired")

    def recovery(self, recovery: Recovery) -> Recovery:
        """Nobody lets the worker in again."""
        return _LeftAlone(recovery) if isinstance(recovery, RejoinByToken) else recovery
