"""Stories that break or starve the checks of configuration."""

from __future__ import annotations

from tests.verdict.spoils import Break, Idle, other

BROKEN: list[Break] = [
    (
        "kubeadm-config",
        other("kubeadm-config", {"data": {"ClusterConfiguration": "networking:\n  dnsDomain: cluster.local\n"}}),
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
