"""A drill waits for what should come, and goes on without what does not: the checks will find it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import timedelta

from harness.clock import NotYet
from harness.cluster import canary
from harness.cluster.cluster import Cluster
from harness.cluster.readiness import members_ready, pods_ready, pods_started_anew, started
from harness.drill.traces import keep_traces
from harness.errors import DeadlineError
from harness.journal import Kind
from harness.lab import Witness
from harness.providers.seam import ApiError

#: How long things may take that are not promised to anybody; after it the drill goes on, and the checks tell.
_PATIENCE = timedelta(seconds=60)
#: A way back that forgets the configuration leaves pods behind that nobody needs to wait for.
_LITTLE_PATIENCE = timedelta(seconds=30)
#: Who has waited in vain has waited for the next thing as well: what comes not in this phase has had its time.
_ONE_MORE_LOOK = timedelta(seconds=15)


class Waiting:
    """Patience, for a while, and traces of what came not."""

    def __init__(self, cluster: Cluster, witness: Witness, *, briefly: bool) -> None:
        self._cluster = cluster
        self._witness = witness
        self._journal = cluster.journal
        self._patience = _LITTLE_PATIENCE if briefly else _PATIENCE
        self._traced: set[str] = set()
        self._in_vain = ""

    def patiently(self, what: str, check: Callable[[], bool | NotYet], more: timedelta = timedelta(0)) -> bool:
        """Wait, but not for ever, and longer for what comes at times of its own: the checks will find what does not."""
        phase = self._journal.open_phase
        patience = min(self._patience, _ONE_MORE_LOOK) if self._in_vain == phase else self._patience
        with self._journal.wait(what):
            try:
                self._cluster.await_state(what, check, patience * self._cluster.lab.pace + more)
            except DeadlineError as late:
                self._in_vain = phase
                self._journal.write(Kind.NOTE, text=str(late))
                self.keep_traces()
                return False
        return True

    def for_workload(self, when: str = "") -> None:
        """Wait until the canary answers and the API takes writes."""
        witness = self._witness
        probes = (witness.api_ledger.probe, witness.app_ledger.probe, witness.app_read)

        def back() -> bool | NotYet:
            silent = [f"{probe.name} ({probe.detail})" for probe in probes if not probe.ok]
            if silent and self._is_gone():
                raise DeadlineError("The canary's Deployment is not in the API any more, so it cannot come back")
            return NotYet(", ".join(silent)) if silent else True

        self.patiently(
            f"the workload to answer again{when} (the lease of the controller-manager has to pass on first)", back
        )

    def for_pods(self, names: Sequence[str], before: dict[str, str], when: str = "") -> None:
        """Wait until all pods are Ready, those of some machines younger than before, and so are their Nodes."""
        api, called = self._cluster.api, self._called(names)

        def all_ready() -> bool | NotYet:
            anew = (pods_started_anew(api, name, before) for name in called)
            old = next((one for one in anew if isinstance(one, NotYet)), None)
            # Pods on the host's network are Ready before the Node is that has just joined.
            if old is not None:
                return old
            pods = pods_ready(api)
            return pods if isinstance(pods, NotYet) else members_ready(api, called)

        self.patiently(f"pods to be Ready{when}, those of '{', '.join(names)}' anew", all_ready)

    def pod_ages(self, names: Sequence[str]) -> dict[str, str]:
        """When the containers of each pod started: what the API tells of pods may be older than their machine."""
        pods, called = self._cluster.api.list("Pod"), self._called(names)
        return {pod["metadata"]["uid"]: started(pod) for pod in pods if pod["spec"].get("nodeName") in called}

    def _called(self, names: Sequence[str]) -> tuple[str, ...]:
        return tuple(self._cluster.nodes[name].spec.called for name in names)

    def _is_gone(self) -> bool:
        try:
            self._cluster.api.get("Deployment", "ledger", canary.NAMESPACE)
        except ApiError as error:
            return error.status == 404
        return False

    def keep_traces(self) -> None:
        """Once in each phase: who waits for the next thing in vain has most likely the same cause."""
        phase = self._journal.open_phase
        if phase not in self._traced:
            self._traced.add(phase)
            keep_traces(self._cluster, phase)
