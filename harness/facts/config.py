"""The ConfigMaps that say which cluster this is and how it was set up."""

from __future__ import annotations

import base64
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Annotated, Any

from pydantic import Field

from harness.facts.fact import Output
from harness.facts.pki import read_certificate
from harness.facts.reading import fit, flattened, read_json, read_yaml


@dataclass(frozen=True, slots=True, kw_only=True)
class _ConfigMap:
    data: dict[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class _ClusterEntry:
    server: str
    ca: Annotated[str, Field(alias="certificate-authority-data")]


@dataclass(frozen=True, slots=True, kw_only=True)
class _NamedCluster:
    cluster: _ClusterEntry


@dataclass(frozen=True, slots=True, kw_only=True)
class _Kubeconfig:
    clusters: list[_NamedCluster]


@dataclass(frozen=True, slots=True, kw_only=True)
class PublishedCluster:
    """What a machine that wants to join is told."""

    server: str
    join_hash: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """A configuration as one value a path, such as 'networking.podSubnet'."""

    values: Mapping[str, str] = field(hash=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class ClusterInfo:
    """The ConfigMap kube-public/cluster-info."""

    name: str = "cluster-info"
    argv: tuple[str, ...] = ("api", "get", "configmap", "kube-public/cluster-info")

    def parse(self, output: Output) -> PublishedCluster:
        """The server and the hash of the CA in it."""
        text = read_json(_ConfigMap, output).data.get("kubeconfig", "")
        kubeconfig = fit(_Kubeconfig, read_yaml(text))
        if not kubeconfig.clusters:
            raise ValueError("a kubeconfig without a cluster")
        cluster = kubeconfig.clusters[0].cluster
        certificate = read_certificate(base64.b64decode(cluster.ca, validate=True))
        return PublishedCluster(server=cluster.server, join_hash=certificate.join_hash)


@dataclass(frozen=True, slots=True, kw_only=True)
class KubeConfigMap:
    """A ConfigMap of kube-system whose values are configuration files."""

    name: str
    config_map: str

    @property
    def argv(self) -> tuple[str, ...]:
        """The question to the API."""
        return ("api", "get", "configmap", f"kube-system/{self.config_map}")

    def parse(self, output: Output) -> Settings:
        """All settings; there is at least one."""
        values: dict[str, str] = {}
        for text in read_json(_ConfigMap, output).data.values():
            values.update(flattened(read_yaml(text)))
        if not values:
            raise ValueError("a configuration without settings")
        return Settings(values=values)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Configz:
    kubeletconfig: dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class KubeletSettings:
    """The configuration with which the kubelet of a machine really runs; the command is written down as it was run."""

    name: str = "kubelet-settings"
    argv: tuple[str, ...] = ("kubectl", "get", "--raw", "/api/v1/nodes/NODE/proxy/configz")

    def parse(self, output: Output) -> Settings:
        """All settings; there is at least one."""
        values = dict(flattened(read_json(_Configz, output).kubeletconfig))
        if not values:
            raise ValueError("a kubelet without settings")
        return Settings(values=values)


CLUSTER_INFO = ClusterInfo()
KUBEADM_CONFIG = KubeConfigMap(name="kubeadm-config", config_map="kubeadm-config")
KUBE_PROXY_CONFIG = KubeConfigMap(name="kube-proxy-config", config_map="kube-proxy")
KUBELET_CONFIG = KubeConfigMap(name="kubelet-config", config_map="kubelet-config")
KUBELET_SETTINGS = KubeletSettings()
