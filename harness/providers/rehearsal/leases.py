"""Who waits for a lease, and who holds it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from harness.providers.rehearsal.server import ObjectStore
from harness.providers.rehearsal.world import World

_NAMESPACE = "kube-system"
#: A lease lasts 15 s, and who waits for it looks every 2 s.
_LEASE_SECONDS = (15.0, 17.0)


@dataclass(slots=True, eq=False)
class Candidate:
    """One program of one machine, of which only one of all machines works."""

    program: str
    #: Who it says that it is; another one after each start.
    identity: str = ""
    _from: float | None = None

    def wait(self, world: World, store: ObjectStore, rivals: Iterable[Candidate]) -> None:
        """Take over when it is time, unless somebody else leads."""
        now = world.clock.monotonic()
        if any(one.leads(now) for one in rivals):
            self._from = None
        elif self._from is None:
            held = store.etcd.find("Lease", self.program, _NAMESPACE)
            self._from = now + (world.random.uniform(*_LEASE_SECONDS) if held else 0.0)
        if self.leads(now):
            self._hold(store)

    def leads(self, now: float) -> bool:
        """Whether it works."""
        return self._from is not None and now >= self._from

    def start(self, identity: str) -> None:
        """Begin anew, under another identity, behind all others."""
        self.identity, self._from = identity, None

    def _hold(self, store: ObjectStore) -> None:
        """Say in the API who leads."""
        found = store.etcd.find("Lease", self.program, _NAMESPACE)
        if found is None or found["spec"]["holderIdentity"] != self.identity:
            transitions = found["spec"]["leaseTransitions"] + 1 if found else 0
            spec = {"holderIdentity": self.identity, "leaseTransitions": transitions}
            lease = {"apiVersion": "coordination.k8s.io/v1", "kind": "Lease", "spec": spec}
            store.apply({**lease, "metadata": {"name": self.program, "namespace": _NAMESPACE}})
