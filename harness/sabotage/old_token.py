"""A token that should be gone is not."""

from __future__ import annotations

from datetime import timedelta

from harness.cluster.cluster import Cluster
from harness.sabotage.outline import Outline
from harness.sabotage.sabotage import Expected, Sabotage

_PREFIX = "bootstrap-token-"
_FAR = "2999-01-01T00:00:00Z"


class TokenNeverExpires(Sabotage):
    """Somebody has lengthened the life of every bootstrap token."""

    name = "token-never-expires"
    does = "lets all bootstrap tokens live for centuries"
    expected = Expected(verdict="failed", names="should have expired")

    @classmethod
    def why_not(cls, drill: Outline) -> str | None:
        """Where no token is to expire nobody notices that one does not."""
        return None if drill.token_expires else "no token expires during the drill"

    def after_backup(self, cluster: Cluster, losing_at_most: timedelta) -> None:  # noqa: ARG002
        """Write another date into each of them."""
        for secret in cluster.api.list("Secret", "kube-system"):
            name = secret["metadata"]["name"]
            if name.startswith(_PREFIX):
                changed = {"apiVersion": "v1", "kind": "Secret", "stringData": {"expiration": _FAR}}
                cluster.api.apply({**changed, "metadata": {"name": name, "namespace": "kube-system"}})
