"""A drill waits for what should come, and goes on without what does not: the checks will find it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta

from harness.clock import NotYet
from harness.cluster import canary
from harness.cluster.cluster import Cluster
from harness.cluster.readiness import (
    members_ready,
    pods_ready,
    pods_started_anew,
    started,
    static_pods,
    static_pods_told,
)
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
#: kubelet that could not tell of a static pod tries again after 60 to 90 s.
_UNTOLD = timedelta(seconds=30)


@dataclass(frozen=True, slots=True, kw_only=True)
class PodsBefore:
    """The pods of some machines, before those were struck or booted."""

    #: When the containers of each pod started: what the API tells of pods may be older than their machine.
    ages: Mapping[str, str] = field(default_factory=dict)
    #: What kubelet runs from manifests, by machine.
    static: Mapping[str, frozenset[str]] = field(default_factory=dict)


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

    def for_pods(self, names: Sequence[str], before: PodsBefore, when: str = "") -> None:
        """Wait until all pods are Ready, those of some machines younger than before, and so are their Nodes."""
        api, nodes = self._cluster.api, dict(zip(names, self._called(names), strict=True))

        def all_ready() -> bool | NotYet:
            anew = (pods_started_anew(api, node, before.ages) for node in nodes.values())
            old = next((one for one in anew if isinstance(one, NotYet)), None)
            # Pods on the host's network are Ready before the Node is that has just joined.
            if old is not None:
                return old
            pods = pods_ready(api)
            return pods if isinstance(pods, NotYet) else members_ready(api, nodes.values())

        def all_told() -> bool | NotYet:
            told = (static_pods_told(api, node, before.static.get(name, ())) for name, node in nodes.items())
            untold = next((one for one in told if isinstance(one, NotYet)), None)
            return all_ready() if untold is None else untold

        if self.patiently(f"pods to be Ready{when}, those of '{', '.join(names)}' anew", all_ready):
            self.patiently(f"the API to know the static pods of '{', '.join(names)}'{when}", all_told, _UNTOLD)

    def pods_before(self, names: Sequence[str]) -> PodsBefore:
        """What is compared with later."""
        api, called = self._cluster.api, self._called(names)
        return PodsBefore(
            ages={
                pod["metadata"]["uid"]: started(pod) for pod in api.list("Pod") if pod["spec"].get("nodeName") in called
            },
            static={name: static_pods(api, node) for name, node in zip(names, called, strict=True)},
        )

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
