"""The second container of etcd's static pod, which takes snapshots, and what it has taken."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from harness.facts.fact import Output
from harness.facts.reading import fit, fit_json, read_yaml, succeeded
from harness.facts.snapshot import Snapshot

SIDECAR = "snapshots"
#: Each snapshot takes the name of the one before: etcdctl writes beside it, syncs, and renames.
SIDECAR_SNAPSHOT = "/var/lib/etcd-snapshots/snapshot.db"
#: Between the end of one and the begin of the next.
SIDECAR_EVERY = timedelta(seconds=5)
_MISSING = "no such file or directory"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Container:
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class _Spec:
    containers: list[_Container]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Pod:
    spec: _Spec


@dataclass(frozen=True, slots=True, kw_only=True)
class EtcdContainers:
    """The containers that the manifest of etcd's static pod asks for."""

    name: str = "etcd-containers"
    argv: tuple[str, ...] = ("cat", "/etc/kubernetes/manifests/etcd.yaml")

    def parse(self, output: Output) -> tuple[str, ...]:
        """Their names, in the manifest's order."""
        return tuple(one.name for one in fit(_Pod, read_yaml(succeeded(output))).spec.containers)


@dataclass(frozen=True, slots=True, kw_only=True)
class SidecarSnapshot:
    """The snapshot that lies on the machine, as etcdutl reads it."""

    name: str = "sidecar-snapshot"
    argv: tuple[str, ...] = ("etcdutl", "snapshot", "status", SIDECAR_SNAPSHOT, "-w", "json")

    def parse(self, output: Output) -> Snapshot | None:
        """Its hash, revision and size; None if none was taken yet."""
        if output.status != 0 and _MISSING in output.stderr:
            return None
        return fit_json(Snapshot, succeeded(output))


ETCD_CONTAINERS = EtcdContainers()
SNAPSHOT_OF_SIDECAR = SidecarSnapshot()
