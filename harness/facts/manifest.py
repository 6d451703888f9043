"""What the manifest of etcd's static pod says."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from pydantic import Field

from harness.facts.fact import Output
from harness.facts.reading import fit, read_yaml, succeeded

_VOLUME = "etcd-data"


@dataclass(frozen=True, slots=True, kw_only=True)
class _HostPath:
    path: str


@dataclass(frozen=True, slots=True, kw_only=True)
class _Volume:
    name: str
    host_path: Annotated[_HostPath | None, Field(alias="hostPath")] = None


@dataclass(frozen=True, slots=True, kw_only=True)
class _Spec:
    volumes: list[_Volume]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Pod:
    spec: _Spec


@dataclass(frozen=True, slots=True, kw_only=True)
class EtcdDataDir:
    """The folder of the machine that etcd's container has its data in."""

    name: str = "etcd-data-dir"
    argv: tuple[str, ...] = ("cat", "/etc/kubernetes/manifests/etcd.yaml")

    def parse(self, output: Output) -> str:
        """Its path."""
        volumes = fit(_Pod, read_yaml(succeeded(output))).spec.volumes
        found = [one.host_path.path for one in volumes if one.name == _VOLUME and one.host_path is not None]
        if not found:
            raise ValueError(f"etcd's pod has no volume '{_VOLUME}' on its machine")
        return found[0]


ETCD_DATA_DIR = EtcdDataDir()
