"""The time in which the network is parted: each side is asked what it does."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict
from datetime import timedelta
from typing import Any

from harness.clock import Deadline, NotYet
from harness.cluster import canary
from harness.cluster.cluster import Cluster
from harness.drill.examination import Examination
from harness.drill.holding import let_hold
from harness.drill.joining import Patience
from harness.drill.leading import Leading
from harness.facts import Moment
from harness.facts.containers import CONTAINERS
from harness.facts.leadership import LEADERSHIPS, Office
from harness.facts.outage import OPERATIONS
from harness.facts.parted import (
    API_PARTED_WRITE,
    ETCD_OLD_READ,
    ETCD_PARTED_KEY,
    ETCD_PARTED_OBJECT,
    ETCD_PARTED_WRITE,
    ETCD_READ,
)
from harness.lab import Node
from harness.providers.seam import ApiError
from harness.spec import Role

_LEASES = (Office.CONTROLLER_MANAGER, Office.SCHEDULER)
_TRIED = "while-parted"


class Parting:
    """Asks the member that is alone over its own channel, and the others over the API."""

    def __init__(self, cluster: Cluster, examination: Examination, patiently: Patience, minority: str) -> None:
        self._cluster = cluster
        self._examination = examination
        self._patiently = patiently
        self._minority = cluster.nodes[minority]
        self._leading = Leading(cluster)

    @property
    def _through(self) -> Node:
        masters = self._cluster.of_role(Role.CONTROL_PLANE)
        return next(node for node in masters if node.name != self._minority.name)

    def prepare(self) -> None:
        """Let the machine that is to be alone lead, and put on record that it does, and what runs there."""
        let_hold(self._cluster, self._leading, self._minority, _LEASES)
        for office in _LEASES:
            self._note_leader(office, Moment.BEFORE, self._minority.name, anybody=True)
        self._examination.ask(self._minority, CONTAINERS, Moment.BEFORE)

    def stay(self, lasting: timedelta) -> None:
        """Ask each side, wait until leases have passed on, and let the time pass."""
        journal, moment = self._cluster.journal, Moment.PARTED
        until = Deadline.after(lasting, journal.clock)
        # What the others have agreed upon comes first: an answer that is older than this one is old.
        self._examination.ask(self._through, ETCD_READ, moment)
        alone = API_PARTED_WRITE.of(self._minority.spec.ip)
        for fact in (ETCD_OLD_READ, ETCD_READ, ETCD_PARTED_WRITE, alone):
            with journal.wait(f"'{self._minority.name}' to answer, or to refuse"):
                self._examination.ask(self._minority, fact, moment)
        for office in _LEASES:
            self._note_leader(office, moment, self._minority.name)
        self._examination.note_answer(OPERATIONS, moment, self._operations)
        self._examination.ask(self._minority, CONTAINERS, moment)
        with journal.wait("a partition that nobody heals"):
            journal.clock.pause(max(until.remaining.total_seconds(), 0.0))

    def settle(self) -> None:
        """Look for what the minority refused."""
        for fact in (ETCD_PARTED_KEY, ETCD_PARTED_OBJECT):
            self._examination.ask(self._minority, fact, Moment.RECOVERED)

    def _note_leader(self, office: Office, moment: str, minority: str, *, anybody: bool = False) -> None:
        found = self._leading.awaited(office, lambda now: anybody or now.machine != minority)
        reign = found or self._leading.awaited(office)
        if reign is not None:
            told = asdict(reign)
            self._examination.note_answer(LEADERSHIPS[office], moment, lambda: told)

    def _operations(self) -> dict[str, dict[str, Any]]:
        api, image = self._cluster.api, self._cluster.images.canary
        metadata = {"name": _TRIED, "namespace": canary.NAMESPACE}
        written = {"apiVersion": "v1", "kind": "ConfigMap", "metadata": metadata}
        tried: dict[str, Callable[[], object]] = {
            "read": lambda: api.list("Pod", canary.NAMESPACE),
            "write": lambda: api.apply(written),
            "schedule": lambda: self._schedule(image),
            "delete": lambda: api.delete("Pod", _TRIED, canary.NAMESPACE),
        }
        return {name: self._attempt(operation) for name, operation in tried.items()}

    def _schedule(self, image: str) -> None:
        api = self._cluster.api
        api.apply(canary.newcomer(image, _TRIED))

        def ended() -> bool | NotYet:
            phase = api.get("Pod", _TRIED, canary.NAMESPACE)["status"].get("phase")
            return True if phase == "Succeeded" else NotYet(f"the pod is '{phase}'")

        if not self._patiently("a pod to be scheduled by the majority, and to end well", ended):
            raise ApiError("the pod did not end well")

    def _attempt(self, operation: Callable[[], object]) -> dict[str, Any]:
        try:
            operation()
        except ApiError as refused:
            return {"ok": False, "saw": str(refused)}
        return {"ok": True, "saw": "the API took it"}
