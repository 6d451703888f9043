"""Stories that break or starve the checks of configuration."""

from __future__ import annotations

from tests.verdict.answers import NEW_ADDRESS
from tests.verdict.spoils import Break, Idle, other

_NO_SUBNET = f"controlPlaneEndpoint: {NEW_ADDRESS}:6443\nnetworking:\n  dnsDomain: cluster.local\n"
BROKEN: list[Break] = [
    (
        "kubeadm-config",
        other("kubeadm-config", {"data": {"ClusterConfiguration": _NO_SUBNET}}),
        ("kubeadm-config lost networking.podSubnet",),
    ),
    (
        "kube-proxy-config",
        other("kube-proxy-config", {"data": {"config.conf": "mode: iptables\nclusterCIDR: 10.244.0.0/16\n"}}),
        ("mode was",),
    ),
    ("kubelet-config", other("kubelet-config", {"data": {"kubelet": "cgroupDriver: systemd\n"}}), ("lost clusterDNS",)),
]
VACUOUS: list[Idle] = []
