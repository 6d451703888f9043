"""The kubeadm cluster as it is asked for."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from ipaddress import IPv4Address, IPv4Network


class Addon(StrEnum):
    """The network that pods get."""

    FLANNEL = "flannel"
    CALICO = "calico"


@dataclass(frozen=True, slots=True, kw_only=True)
class ClusterSpec:
    """One cluster behind one endpoint that outlives each of its control planes."""

    kubernetes: str
    endpoint: IPv4Address
    name: str = "drill"
    pod_subnet: IPv4Network = IPv4Network("10.244.0.0/16")
    service_subnet: IPv4Network = IPv4Network("10.96.0.0/16")
    dns_domain: str = "cluster.local"
    network: Addon = Addon.FLANNEL

    @property
    def endpoint_address(self) -> str:
        """Host and port of the endpoint, as kubeadm wants it."""
        return f"{self.endpoint}:6443"
