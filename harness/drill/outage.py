"""The time without a control plane: what goes on, what stops, and what nobody takes up again."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from harness.clock import Deadline, NotYet
from harness.cluster import canary, kubeadm
from harness.cluster.cluster import BUDGET, Cluster
from harness.cluster.readiness import is_ready
from harness.drill.examination import Examination
from harness.drill.joining import Patience
from harness.facts import Moment
from harness.facts.containers import CONTAINERS, ERRAND
from harness.facts.join import JOIN_MEANWHILE
from harness.facts.outage import OPERATIONS
from harness.facts.pki import CA_CERT
from harness.facts.sandbox import POD_SANDBOXES
from harness.providers.seam import ApiError

_DISCOVERY = timedelta(seconds=5)


class Outage:
    """Asks what can be asked while there is no API."""

    def __init__(self, cluster: Cluster, examination: Examination, patiently: Patience) -> None:
        self._cluster = cluster
        self._examination = examination
        self._patiently = patiently

    def prepare(self) -> None:
        """Send somebody on an errand, and put on record who runs on the workers."""
        self._cluster.api.apply(canary.errand(self._cluster.images.canary))
        with self._cluster.journal.wait("the errand to be on its way"):
            self._cluster.await_state("the errand to be on its way", self._is_on_its_way, BUDGET)
        self._look(Moment.BEFORE)

    def endure(self, lasting: timedelta) -> None:
        """Try to administer the cluster, let the time pass, and look at the workers once more."""
        journal = self._cluster.journal
        until = Deadline.after(lasting, journal.clock)
        self._examination.note_answer(OPERATIONS, Moment.ENDURED, self._operations)
        self._try_to_join()
        with journal.wait("an outage that nobody ends"):
            journal.clock.pause(until.remaining.total_seconds())
        self._look(Moment.ENDURED)

    def settle(self) -> None:
        """Wait until somebody has taken the errand up again."""
        self._patiently("the errand to be taken up again", self._is_on_its_way)

    def _look(self, moment: str) -> None:
        for node in self._cluster.workers:
            for fact in (CONTAINERS, POD_SANDBOXES):
                self._examination.ask(node, fact, moment)

    @property
    def _known_hash(self) -> str:
        """The pin of the cluster's CA, as a worker knows it: the control plane can be asked nothing."""
        return CA_CERT.parse(self._cluster.workers[0].machine.channel.run(CA_CERT.argv)).join_hash

    def _is_on_its_way(self) -> bool | NotYet:
        pods = [pod for pod in self._cluster.api.list("Pod", canary.NAMESPACE) if _is_errand(pod)]
        return True if any(is_ready(pod) for pod in pods) else NotYet(f"{len(pods)} pods, none of them Ready")

    def _operations(self) -> dict[str, dict[str, Any]]:
        api, image = self._cluster.api, self._cluster.images.canary
        metadata = {"name": "meanwhile", "namespace": canary.NAMESPACE}
        tried: dict[str, Callable[[], object]] = {
            "read": lambda: api.list("Pod", canary.NAMESPACE),
            "write": lambda: api.apply({"apiVersion": "v1", "kind": "ConfigMap", "metadata": metadata}),
            "roll out": lambda: api.apply(canary.roller(image, generation="meanwhile")),
            "schedule": lambda: api.apply(canary.newcomer(image, "meanwhile")),
            "delete": lambda: api.delete("Pod", canary.SEED_POD, canary.SEED_NAMESPACE),
        }
        return {name: _attempt(operation) for name, operation in tried.items()}

    def _try_to_join(self) -> None:
        cluster, spare = self._cluster, self._cluster.spare
        if not spare.machine.is_on:
            spare.power_on()
            cluster.prepare(spare)
        document = kubeadm.join_document(
            cluster.spec, spare.spec, cluster.traits, token=cluster.credentials.token, join_hash=self._known_hash
        )
        document["timeouts"] = {"discovery": f"{_DISCOVERY.total_seconds():.0f}s"}
        spare.put(kubeadm.CONFIG, kubeadm.to_yaml(document), 0o600)
        with cluster.journal.wait(f"{JOIN_MEANWHILE.name} of '{spare.name}'"):
            argv = ["kubeadm", "join", "--config", kubeadm.CONFIG]
            self._examination.ask(spare, JOIN_MEANWHILE, Moment.ENDURED, argv)


def _is_errand(pod: dict[str, Any]) -> bool:
    owners = pod["metadata"].get("ownerReferences") or []
    return any((one["kind"], one["name"]) == ("Job", ERRAND) for one in owners)


def _attempt(operation: Callable[[], object]) -> dict[str, Any]:
    try:
        operation()
    except ApiError as refused:
        return {"ok": False, "saw": str(refused)}
    return {"ok": True, "saw": "the API took it"}
