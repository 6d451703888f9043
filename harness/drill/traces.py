"""What the machines can still tell when something did not come about; asked at once, for a reboot wipes most of it."""

from __future__ import annotations

import hashlib
import shlex
from collections.abc import Sequence
from datetime import timedelta

from harness.cluster import flannel
from harness.cluster.cluster import Cluster
from harness.errors import LabError
from harness.journal import Kind
from harness.journal.redaction import redact
from harness.lab import Node

_PATIENCE = timedelta(seconds=15)
#: Of each answer, the end: that is where the trouble stands.
_KEPT = 60_000
_EVERYWHERE: tuple[tuple[str, ...], ...] = (
    ("journalctl", "--boot", "--no-pager", "--unit=kubelet", "--lines=300"),
    ("journalctl", "--boot", "--no-pager", "--unit=containerd", "--lines=150"),
    ("journalctl", "--boot", "--no-pager", "--unit=etcd", "--lines=150"),
    ("crictl", "pods"),
    ("crictl", "ps", "--all"),
    ("find", "/var/log/pods", "-name", "*.log", "-exec", "tail", "--verbose", "--lines=25", "{}", "+"),
    ("find", "/etc/cni/net.d", flannel.SUBNET, "/var/lib/cni", "-ls"),
    ("ip", "address"),
    ("ip", "route"),
    ("findmnt", "--real"),
    ("free", "--mebi"),
)
_OF_THE_CLUSTER: tuple[tuple[str, ...], ...] = (
    ("kubectl", "get", "nodes", "--output=wide"),
    ("kubectl", "get", "pods", "--all-namespaces", "--output=wide"),
    ("kubectl", "get", "events", "--all-namespaces", "--sort-by=.metadata.creationTimestamp"),
    ("kubectl", "get", "leases", "--all-namespaces", "--output=wide"),
    ("kubectl", "get", "endpointslices", "--all-namespaces", "--output=wide"),
)


def keep_traces(cluster: Cluster, label: str) -> None:
    """Make what each running machine tells evidence, one file a machine; a machine that is silent is no trouble."""
    for node in cluster.nodes.values():
        if node.machine.is_on:
            questions = (*_OF_THE_CLUSTER, *_EVERYWHERE) if node.name == cluster.master.name else _EVERYWHERE
            _keep(cluster, node, questions, label)


def _keep(cluster: Cluster, node: Node, questions: Sequence[Sequence[str]], label: str) -> None:
    folder = cluster.journal.path.parent
    path = folder / "evidence" / f"{node.name}.traces-{label}.log"
    content = redact("\n".join(_answer(node, argv) for argv in questions)).encode(errors="replace")
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(content)
    cluster.journal.write(
        Kind.EVIDENCE,
        path=str(path.relative_to(folder)),
        sha256=hashlib.sha256(content).hexdigest(),
        origin=f"traces on '{node.name}'",
    )


def _answer(node: Node, argv: Sequence[str]) -> str:
    try:
        output = node.machine.channel.run(argv, timeout=_PATIENCE)
        said = (output.stdout + output.stderr)[-_KEPT:]
    except LabError as silent:
        said = str(silent)
    return f"$ {shlex.join(argv)}\n{said}"
