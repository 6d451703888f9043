"""Nodes are Ready, and what they run for everybody is not."""

from __future__ import annotations

from datetime import timedelta

from harness.cluster.cluster import Cluster
from harness.lab import Node
from harness.sabotage.outline import Outline
from harness.sabotage.sabotage import Expected, Sabotage

_NAME, _NAMESPACE = "coredns", "kube-system"
_PATIENCE = timedelta(minutes=1)


class SilentAddOn(Sabotage):
    """DNS has pods that find no machine."""

    name = "silent-add-on"
    does = "lets the pods of DNS ask for a machine that is not there"
    expected = Expected(verdict="failed", names=_NAME)

    @classmethod
    def why_not(cls, drill: Outline) -> str | None:
        """What is only observed cannot be broken."""
        return None if drill.keeps_configuration else "the runbook as written promises nothing for add-ons"

    def after_recovery(self, cluster: Cluster, node: Node) -> None:  # noqa: ARG002
        """As soon as the API takes it."""
        nowhere = {"spec": {"nodeSelector": {"kubernetes.io/hostname": "nowhere"}}}
        metadata = {"name": _NAME, "namespace": _NAMESPACE}
        wanted = {"apiVersion": "apps/v1", "kind": "Deployment", "metadata": metadata, "spec": {"template": nowhere}}

        def taken() -> bool:
            cluster.api.apply(wanted)
            return True

        cluster.await_state("the API to take a change of DNS", taken, _PATIENCE * cluster.lab.pace)
