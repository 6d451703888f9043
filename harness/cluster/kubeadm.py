"""What kubeadm is told: v1beta4 configuration, built as data."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import yaml

from harness.cluster import customisation, encryption
from harness.cluster.emulation import PATIENCE, emulated
from harness.facts.certificates import PKI
from harness.spec import ClusterSpec, NodeSpec

CONFIG = "/etc/kubedrill/kubeadm.yaml"
#: The phase of `kubeadm init` that installs kube-proxy.
PROXY = "addon/kube-proxy"
_API = "kubeadm.k8s.io/v1beta4"
#: A data disk comes with lost+found in it, so kubeadm must be told that its folder may have content.
DATA_DISK_IS_NOT_EMPTY = "DirAvailable--var-lib-etcd"
#: With 20 requests a second a controller-manager takes 5 s to start all controllers; and a claim whose first binding
#: meets a conflict is looked at again only after 15 s. Leases keep their default.
_CONTROLLER_MANAGER = (("kube-api-qps", "200"), ("kube-api-burst", "400"), ("pvclaimbinder-sync-period", "2s"))
#: What an API server shows an etcd that is elsewhere, and by what it knows it.
_ETCD_CLIENT = {
    "caFile": f"{PKI}/etcd/ca.crt",
    "certFile": f"{PKI}/apiserver-etcd-client.crt",
    "keyFile": f"{PKI}/apiserver-etcd-client.key",
}
CONTROL_PLANE_TAINT = "node-role.kubernetes.io/control-plane"


@dataclass(frozen=True, slots=True, kw_only=True)
class HostTraits:
    """What the machines' kernel allows; a container machine shares it with its host."""

    cgroup_v1: bool
    shared_kernel: bool
    #: Whether its processor is emulated.
    emulated: bool = False

    @property
    def ignored_checks(self) -> tuple[str, ...]:
        """The preflight checks that cannot hold here."""
        checks = [DATA_DISK_IS_NOT_EMPTY]
        if self.shared_kernel:
            # The host's swap, kernel modules and configuration are not the machine's to change.
            checks += ["Swap", "SystemVerification", "FileContent--proc-sys-net-bridge-bridge-nf-call-iptables"]
        return tuple(checks)


def init_documents(spec: ClusterSpec, node: NodeSpec, traits: HostTraits) -> list[dict[str, Any]]:
    """The documents of `kubeadm init` for the first control plane."""
    return [
        {
            "apiVersion": _API,
            "kind": "InitConfiguration",
            "localAPIEndpoint": {"advertiseAddress": str(node.ip), "bindPort": 6443},
            "nodeRegistration": registration(node, traits),
            **_timeouts(traits),
        },
        emulated(cluster_configuration(spec)) if traits.emulated else cluster_configuration(spec),
        {"apiVersion": "kubelet.config.k8s.io/v1beta1", "kind": "KubeletConfiguration", **_kubelet(spec)},
        kube_proxy_configuration(spec),
    ]


def _timeouts(traits: HostTraits) -> dict[str, Any]:
    return {"timeouts": dict(PATIENCE)} if traits.emulated else {}


def _kubelet(spec: ClusterSpec) -> dict[str, Any]:
    return {"maxPods": 64, **(customisation.KUBELET if spec.customised else {})}


def cluster_configuration(spec: ClusterSpec) -> dict[str, Any]:
    """The part that describes the cluster, and that a restore has to repeat."""
    return {
        "apiVersion": _API,
        "kind": "ClusterConfiguration",
        "clusterName": spec.name,
        "kubernetesVersion": spec.kubernetes,
        "controlPlaneEndpoint": spec.endpoint_address,
        **_api_server(spec),
        **_etcd(spec),
        **({"certificateValidityPeriod": _seconds(spec.leaves_last)} if spec.leaves_last else {}),
        "controllerManager": {"extraArgs": [{"name": name, "value": value} for name, value in _controllers(spec)]},
        "networking": {
            "podSubnet": str(spec.pod_subnet),
            "serviceSubnet": str(spec.service_subnet),
            "dnsDomain": spec.dns_domain,
        },
    }


def _api_server(spec: ClusterSpec) -> dict[str, Any]:
    """What the API server is told beyond kubeadm's defaults, if anything."""
    parts = [
        *([customisation.API_SERVER] if spec.customised else []),
        *([encryption.API_SERVER] if spec.encrypted else []),
    ]
    told = {key: [item for part in parts for item in part[key]] for key in ("extraArgs", "extraVolumes")}
    return {"apiServer": told} if parts else {}


def _etcd(spec: ClusterSpec) -> dict[str, Any]:
    """Where etcd is, or what it is told beyond kubeadm's defaults, if anything."""
    if spec.etcd:
        return {"etcd": {"external": {"endpoints": [f"https://{ip}:2379" for ip in spec.etcd], **_ETCD_CLIENT}}}
    if spec.etcd_quota_mib is None:
        return {}
    quota = {"name": "quota-backend-bytes", "value": str(spec.etcd_quota_mib * 1024 * 1024)}
    return {"etcd": {"local": {"extraArgs": [quota]}}}


def _controllers(spec: ClusterSpec) -> tuple[tuple[str, str], ...]:
    # kubeadm makes no certificates for kubelets that join: the controller-manager signs them.
    signing = (("cluster-signing-duration", _seconds(spec.leaves_last)),) if spec.leaves_last else ()
    return (*_CONTROLLER_MANAGER, *signing)


def _seconds(period: timedelta) -> str:
    return f"{period.total_seconds():.0f}s"


def kube_proxy_configuration(spec: ClusterSpec) -> dict[str, Any]:
    """How kube-proxy runs: nftables, and no kernel limits that a machine may not set."""
    return {
        "apiVersion": "kubeproxy.config.k8s.io/v1alpha1",
        "kind": "KubeProxyConfiguration",
        "mode": "nftables",
        "clusterCIDR": str(spec.pod_subnet),
        "oomScoreAdj": 0,
        "conntrack": {"maxPerCore": 0, "min": 0},
    }


def join_document(
    spec: ClusterSpec, node: NodeSpec, traits: HostTraits, *, token: str, join_hash: str
) -> dict[str, Any]:
    """The document of `kubeadm join` for a worker."""
    return {
        "apiVersion": _API,
        "kind": "JoinConfiguration",
        "discovery": {
            "bootstrapToken": {
                "apiServerEndpoint": spec.endpoint_address,
                "token": token,
                "caCertHashes": [join_hash],
            }
        },
        "nodeRegistration": registration(node, traits),
        **_timeouts(traits),
    }


def control_plane_section(node: NodeSpec, certificate_key: str) -> dict[str, Any]:
    """What turns a worker's join into that of a control plane."""
    return {
        "localAPIEndpoint": {"advertiseAddress": str(node.ip), "bindPort": 6443},
        "certificateKey": certificate_key,
    }


def registration(node: NodeSpec, traits: HostTraits) -> dict[str, Any]:
    """How the machine names itself."""
    return {
        "name": node.called,
        "criSocket": "unix:///run/containerd/containerd.sock",
        "imagePullPolicy": "IfNotPresent",
        "ignorePreflightErrors": list(traits.ignored_checks),
        "kubeletExtraArgs": [{"name": "node-ip", "value": str(node.ip)}],
    }


def to_yaml(*documents: Mapping[str, Any]) -> str:
    """The documents as kubeadm reads them."""
    return yaml.safe_dump_all([dict(document) for document in documents], sort_keys=False)
