"""Workloads on one worker that have to leave it, and who asks for them all the time."""

from __future__ import annotations

import contextlib
from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import timedelta
from typing import Any

from harness.clock import NotYet
from harness.cluster import movers
from harness.cluster.cluster import BUDGET, Cluster
from harness.cluster.readiness import is_ready, pods_ready
from harness.drill.examination import Examination
from harness.drill.joining import Patience
from harness.errors import DeadlineError
from harness.facts import Moment
from harness.facts.movers import MOVERS_THERE, NAMESPACE, POD_BYTES, Mover
from harness.lab import Witness

#: Those that may be made anew while nobody knows of the old ones.
MAY_MOVE = (Mover.PAIR, Mover.LONE)
#: Those that somebody makes anew when they are gone; a bare pod is gone.
_MADE_ANEW = (*MAY_MOVE, Mover.ROOTED)


class Displacement:
    """Puts them there, and looks where they are."""

    def __init__(self, cluster: Cluster, examination: Examination, witness: Witness, node: str) -> None:
        self._cluster = cluster
        self._examination = examination
        self._witness = witness
        self._node = node
        self._replicas: Counter[str] = Counter()

    def prepare(self) -> None:
        """Bring them to the machine, and ask for those that answer from now on."""
        cluster = self._cluster
        with cluster.journal.wait("workloads that may have to move"):
            cluster.apply(movers.manifests(cluster.images.canary, self._node))
            cluster.await_state("the movers to be Ready", lambda: pods_ready(cluster.api, [NAMESPACE]), BUDGET)
            for name, port in movers.NODE_PORTS.items():
                self._witness.ask_also(probe_of(name), f"http://{cluster.master.spec.ip}:{port}/")
            cluster.await_state("the movers to answer", self._answering, BUDGET)
        self._replicas = Counter(map(_app, self._pods()))

    def look(self, moment: str) -> None:
        """Where they are, as the workers know it; a machine without power is asked nothing."""
        for node in self._cluster.workers:
            if node.machine.is_on:
                self._examination.ask(node, MOVERS_THERE, moment)
                self._examination.ask(node, POD_BYTES, moment)

    def endure(self, lasting: timedelta) -> None:
        """Wait until those that may have moved, or for so long; which of both is judged from the look afterwards."""
        cluster, what = self._cluster, "what may move to run elsewhere"
        with cluster.journal.wait(what), contextlib.suppress(DeadlineError):
            cluster.await_state(what, self._moved, lasting * cluster.lab.pace)
        self._examination.pods(Moment.ENDURED)
        self.look(Moment.ENDURED)

    def settle(self, patiently: Patience) -> None:
        """Wait until nobody leaves or arrives any more."""
        patiently("the movers to be at rest", self._at_rest)

    def _answering(self) -> bool | NotYet:
        silent = [name for name in movers.NODE_PORTS if not self._witness.answers(probe_of(name))]
        return NotYet(f"no answer from {', '.join(silent)}") if silent else True

    def _moved(self) -> bool | NotYet:
        there = [pod for pod in self._pods() if _app(pod) in MAY_MOVE and not _ends(pod)]
        staying = [_name(pod) for pod in there if pod["spec"].get("nodeName") == self._node]
        waiting = [_name(pod) for pod in there if not is_ready(pod)]
        late = {*staying, *waiting, *self._not_made(there, MAY_MOVE)}
        return NotYet(f"not elsewhere: {', '.join(sorted(late))}") if late else True

    def _at_rest(self) -> bool | NotYet:
        pods = self._pods()
        restless = {_name(pod) for pod in pods if _ends(pod) or not is_ready(pod)}
        restless |= {*self._not_made(pods, _MADE_ANEW)}
        return NotYet(f"not at rest: {', '.join(sorted(restless))}") if restless else True

    def _not_made(self, pods: Sequence[dict[str, Any]], apps: Iterable[str]) -> list[str]:
        # A pod is told to end a moment before its owner makes the next one.
        there = Counter(map(_app, pods))
        return [app for app in apps if there[app] < self._replicas[app]]

    def _pods(self) -> list[dict[str, Any]]:
        return self._cluster.api.list("Pod", NAMESPACE)


def probe_of(name: str) -> str:
    """What the witness's question is called."""
    return f"{name}-read"


def _app(pod: dict[str, Any]) -> str:
    return str(pod["metadata"]["labels"]["app"])


def _name(pod: dict[str, Any]) -> str:
    return str(pod["metadata"]["name"])


def _ends(pod: dict[str, Any]) -> bool:
    return "deletionTimestamp" in pod["metadata"]
