"""Whether Secrets lie encrypted in etcd, and can be read all the same."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from typing import Any

from harness.cluster import canary
from harness.cluster.cluster import Cluster
from harness.facts import Fact
from harness.facts.encryption import SECRET_OVER_API, SECRETS_AT_REST, beginning
from harness.facts.etcd import ETCDCTL
from harness.providers.seam import ApiError

#: Puts an answer of the cluster on record: the fact, the moment, and who answers.
Note = Callable[[Fact[object], str, Callable[[], Any]], None]


class Sealing:
    """Asks etcd how it holds Secrets, and the API whether it reads them."""

    def __init__(self, cluster: Cluster, note: Note) -> None:
        self._cluster = cluster
        self._note = note

    def ask(self, moment: str) -> None:
        """The Secret of before and a new one; only where the API server was told to encrypt."""
        if self._cluster.spec.encrypted:
            self._note(SECRET_OVER_API, moment, self._read)
            self._note(SECRETS_AT_REST, moment, lambda: self._at_rest(f"sealed-{moment}"))

    def _read(self) -> dict[str, str]:
        data = self._cluster.api.get("Secret", "canary", canary.NAMESPACE)["data"]
        return {"digest": f"sha256:{hashlib.sha256(json.dumps(data, sort_keys=True).encode()).hexdigest()}"}

    def _at_rest(self, new: str) -> dict[str, str]:
        metadata = {"name": new, "namespace": canary.NAMESPACE}
        secret = {"apiVersion": "v1", "kind": "Secret", "metadata": metadata, "stringData": {"value": canary.SECRET}}
        self._cluster.api.apply(secret)
        found = {name: self._beginning(name) for name in ("canary", new)}
        self._cluster.api.delete("Secret", new, canary.NAMESPACE)
        return found

    def _beginning(self, name: str) -> str:
        # Straight through the channel: were it not encrypted, the whole value would be in the journal.
        argv = (*ETCDCTL, "-w", "json", "get", f"/registry/secrets/{canary.NAMESPACE}/{name}")
        output = self._cluster.etcd_nodes[0].machine.channel.run(argv)
        if output.status != 0:
            raise ApiError(f"etcd does not answer: {output.stderr.strip()}")
        return beginning(output)
