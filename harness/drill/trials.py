"""What a cluster has to be able to do after a recovery, tried: a rollout, a new pod, an answer of DNS."""

from __future__ import annotations

import contextlib
import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any

from harness.clock import Deadline, NotYet
from harness.cluster import canary
from harness.cluster.cluster import Cluster
from harness.errors import DeadlineError
from harness.providers.seam import ApiError

_BUDGET = timedelta(seconds=60)


class Trials:
    """Things that are asked for, and come about or not."""

    def __init__(self, cluster: Cluster) -> None:
        self._cluster = cluster
        self._rollout: int | None = None
        self._newcomer = ""

    @property
    def budget(self) -> timedelta:
        """What each of them may take on these machines."""
        return _BUDGET * self._cluster.lab.pace

    def begin(self) -> None:
        """Ask for a rollout and for a new pod: they come about once a controller-manager leads again."""
        with contextlib.suppress(ApiError):  # what is refused in the first moments is asked for again at each look
            self._begin_rollout()
            self._begin_newcomer()

    def rollout(self, until: Deadline) -> dict[str, Any]:
        """Whether the second generation of a Deployment has taken the place of the first."""
        return self.of("the rollout of 'roller'", self._rolled_out, until)

    def scheduling(self, until: Deadline) -> dict[str, Any]:
        """Whether a new pod got its machine and did its work."""
        return self.of("a new pod to be scheduled and to end well", self._newcomer_ended, until)

    def of(self, what: str, check: Callable[[], bool | NotYet], until: Deadline | None = None) -> dict[str, Any]:
        """One of them, as the facts tell it."""
        with self._cluster.journal.wait(what):
            try:
                self._cluster.await_state(what, check, until or self.budget)
            except DeadlineError as failed:
                return {"ok": False, "saw": str(failed)}
        return {"ok": True, "saw": what}

    def ended_well(self, name: str) -> bool | NotYet:
        """Whether a pod of the canaries has done its work."""
        phase = self._cluster.api.get("Pod", name, canary.NAMESPACE)["status"].get("phase")
        return True if phase == "Succeeded" else NotYet(f"the pod is '{phase}'")

    def _begin_rollout(self) -> int:
        if self._rollout is None:
            manifest = canary.roller(self._cluster.images.canary, generation="2")
            self._rollout = int(self._cluster.api.apply(manifest)["metadata"]["generation"])
        return self._rollout

    def _begin_newcomer(self) -> str:
        if not self._newcomer:
            manifest = canary.newcomer(self._cluster.images.canary, "newcomer")
            self._newcomer = str(self._cluster.api.apply(manifest)["metadata"]["name"])
        return self._newcomer

    def _rolled_out(self) -> bool | NotYet:
        wanted = self._begin_rollout()
        status = self._cluster.api.get("Deployment", "roller", canary.NAMESPACE).get("status", {})
        done = status.get("observedGeneration", 0) >= wanted
        if done and status.get("updatedReplicas") == status.get("availableReplicas") == status.get("replicas") == 1:
            return True
        counts = {key: status.get(key) for key in ("replicas", "updatedReplicas", "availableReplicas")}
        return NotYet(f"the rollout stands at {json.dumps(counts)}")

    def _newcomer_ended(self) -> bool | NotYet:
        return self.ended_well(self._begin_newcomer())
