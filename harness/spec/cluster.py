"""The kubeadm cluster as it is asked for."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from ipaddress import IPv4Address, IPv4Network
from pathlib import Path

from harness.errors import SpecError, hinted
from harness.spec.place import check_path


@dataclass(frozen=True, slots=True, kw_only=True)
class PodNetwork:
    """A network for pods other than flannel, such as Calico: its manifest, and archives of the images that it needs."""

    manifest: Path
    images: tuple[Path, ...] = ()

    def __post_init__(self) -> None:
        for file in (self.manifest, *self.images):
            check_path("file of the pod network", file)
            if not file.is_file():
                raise hinted(
                    SpecError(f"The pod network names the file '{file}', which does not exist"),
                    "Save the manifest, and the images by `ctr images export` or `podman save`, before the run.",
                )


@dataclass(frozen=True, slots=True, kw_only=True)
class ClusterSpec:
    """One cluster behind one endpoint that outlives each of its control planes."""

    kubernetes: str
    endpoint: IPv4Address
    #: Where etcd runs, if not beside each API server.
    etcd: tuple[IPv4Address, ...] = ()
    name: str = "drill"
    pod_subnet: IPv4Network = IPv4Network("10.244.0.0/16")
    service_subnet: IPv4Network = IPv4Network("10.96.0.0/16")
    dns_domain: str = "cluster.local"
    #: flannel, unless another one is given.
    network: PodNetwork | None = None
    #: Whether its control plane has more than kubeadm gives it: a second scheduler, admission rules, kubelet settings.
    customised: bool = False
    #: Whether its API server encrypts Secrets before they reach etcd.
    encrypted: bool = False
    #: How long leaf certificates and those of kubelets live, if not as long as kubeadm's defaults.
    leaves_last: timedelta | None = None
    #: How large etcd's database may grow, if not as large as etcd's default.
    etcd_quota_mib: int | None = None
    #: Whether etcd's static pod has a second container that takes snapshots.
    sidecar: bool = False
    #: Whether its control plane gets another address, so that credentials of before lead nowhere.
    moves: bool = False
    #: Whether its control plane gets another name, and so a workload whose volume knows the old one.
    renames: bool = False

    @property
    def endpoint_address(self) -> str:
        """Host and port of the endpoint, as kubeadm wants it."""
        return f"{self.endpoint}:6443"
