"""The static pods of several control planes get manifests of one new revision."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any

import yaml

from harness.clock import Deadline, NotYet, wait_for
from harness.cluster.cluster import Cluster
from harness.cluster.readiness import is_ready
from harness.errors import DeadlineError
from harness.facts.objects import REDEPLOYED_FOR
from harness.lab import Node
from harness.recoveries.recovery import RecoveryError
from harness.recoveries.static_pods import ASIDE
from harness.strict_json import json_value

_PROGRAMS = ("etcd", "kube-apiserver", "kube-controller-manager", "kube-scheduler")
#: A static pod that failed once is tried again after 10 s.
_ROLLOUT = timedelta(seconds=90)
_STATIC_PODS = (
    *("kubectl", "get", "pods", "--namespace=kube-system", "--selector=tier=control-plane"),
    "--output=json",
)
_STATE = "--initial-cluster-state="
_PEERS = "--initial-cluster="


def reason(cluster: Cluster) -> str:
    """Why the pods are deployed anew: never the same twice, because of the time in it."""
    return f"recovery-{cluster.journal.clock.now():%Y-%m-%d %H:%M:%S.%f%z}"


def write_new_revision(node: Node, why: str, peers: Mapping[str, str] | None = None) -> None:
    """Write the reason into each stopped manifest, and into that of etcd whom it finds when it starts without data."""
    for name in _PROGRAMS:
        path = f"{ASIDE}/{name}.yaml"
        pod: dict[str, Any] = yaml.safe_load(node.get(path))
        pod["metadata"].setdefault("annotations", {})[REDEPLOYED_FOR] = why
        if name == "etcd" and peers:
            _introduce(pod, peers)
        node.put(path, yaml.safe_dump(pod, sort_keys=False), 0o600)


def await_new_revision(cluster: Cluster, node: Node, why: str, machines: Sequence[str]) -> None:
    """Return when each static pod of each machine is Ready for this reason."""
    wanted = {f"{program}-{machine}" for program in _PROGRAMS for machine in machines}

    def there() -> bool | NotYet:
        said = node.machine.channel.run(_STATIC_PODS)
        if said.status != 0:
            return NotYet(said.stderr.strip() or "no answer")
        pods = json_value(said.stdout)["items"]
        new = {pod["metadata"]["name"] for pod in pods if is_ready(pod) and _redeployed_for(pod) == why}
        return NotYet(f"not yet of the new revision: {', '.join(sorted(wanted - new))}") if wanted - new else True

    what = f"{len(machines)} machines to be at the new revision"
    deadline = Deadline.after(_ROLLOUT * cluster.lab.pace, cluster.journal.clock)
    with cluster.journal.wait(what):
        try:
            wait_for(what, there, deadline, every=timedelta(milliseconds=500))
        except DeadlineError as late:
            raise RecoveryError(str(late)) from late


def _redeployed_for(pod: Mapping[str, Any]) -> str:
    return str(pod["metadata"].get("annotations", {}).get(REDEPLOYED_FOR, ""))


def _introduce(pod: dict[str, Any], peers: Mapping[str, str]) -> None:
    container = pod["spec"]["containers"][0]
    kept = [word for word in container["command"] if not word.startswith((_PEERS, _STATE))]
    told = ",".join(f"{name}={url}" for name, url in peers.items())
    container["command"] = [*kept, f"{_PEERS}{told}", f"{_STATE}existing"]
