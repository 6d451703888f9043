"""A recovery waits for what has to come by itself."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

from harness.clock import NotYet
from harness.cluster.cluster import Cluster
from harness.errors import DeadlineError
from harness.lab import Node
from harness.recoveries.recovery import RecoveryError

_API = timedelta(seconds=90)
_READY = ("kubectl", "get", "--raw", "/readyz")


def await_state(cluster: Cluster, what: str, check: Callable[[], bool | NotYet], budget: timedelta) -> None:
    """Return once it has come; what does not come ends the recovery."""
    with cluster.journal.wait(what):
        try:
            cluster.await_state(what, check, budget * cluster.lab.pace)
        except DeadlineError as late:
            raise RecoveryError(str(late)) from late


def await_api(cluster: Cluster, node: Node) -> None:
    """Return when the API is ready, asked on its own machine with the administrator's credentials."""

    def ready() -> bool | NotYet:
        said = node.machine.channel.run(_READY)
        return True if said.status == 0 else NotYet(said.stderr.strip() or "no answer")

    await_state(cluster, f"the API of '{node.name}' to be ready", ready, _API)
