"""What a machine needs before kubeadm: its data disks mounted, and the endpoint kept up."""

from __future__ import annotations

import json
import posixpath
from collections.abc import Sequence
from typing import Any, Protocol

from harness.cluster.kubeadm import HostTraits
from harness.spec import DataDisk, LabSpec, NodeSpec, Role

_KEEPALIVED = "/etc/keepalived/keepalived.conf"
_API_ANSWERS = "/etc/keepalived/api-answers"
#: Its API has to be asked. keepalived can follow processes, but not inside a network namespace, where the kernel
#: tells of none: a container machine without an API kept the address. An API without its etcd has a process, too.
_ASK_API = """#!/bin/sh
printf 'GET /readyz HTTP/1.0\\r\\n\\r\\n' | openssl s_client -quiet -connect 127.0.0.1:6443 2>/dev/null |
    head -n 1 | grep -q ' 200 '
"""
_ASKING = "    interval 1\n    timeout 4\n    fall 2\n    rise 1\n    weight 50\n    init_fail\n"
_KUBELET_CONFIG = "/etc/kubedrill/kubelet.conf.d/10-machine.conf"
#: flannel's plugin does not sync what it notes of each pod: after a power cut these notes are empty files, which it
#: cannot read ("unexpected end of JSON input"), and no pod of before can be replaced.
_CNI_AT_BOOT = "/etc/tmpfiles.d/kubedrill-cni.conf"
_KUBELET_DEFAULTS = "/etc/default/kubelet"


class Hands(Protocol):
    """Whatever writes files and runs commands on one machine, or takes them down."""

    @property
    def spec(self) -> NodeSpec:
        """The machine."""
        ...

    def put(self, path: str, content: str, mode: int = 0o644) -> None:
        """Write a file."""
        ...

    def run(self, argv: Sequence[str]) -> object:
        """Run a command."""
        ...


def set_up(node: Hands, lab: LabSpec, traits: HostTraits, *, shared_endpoint: bool) -> None:
    """Make a machine ready for kubeadm, as after the installation of a new operating system."""
    config = {"apiVersion": "kubelet.config.k8s.io/v1beta1", "kind": "KubeletConfiguration", **_kubelet(traits)}
    node.put(_KUBELET_CONFIG, json.dumps(config, indent=2) + "\n")
    node.put(_KUBELET_DEFAULTS, f"KUBELET_EXTRA_ARGS=--config-dir={posixpath.dirname(_KUBELET_CONFIG)}\n")
    node.put(_CNI_AT_BOOT, "R! /var/lib/cni/flannel\nR! /var/lib/cni/results\n")
    mount_data_disks(node, [disk.name for disk in node.spec.data_disks])
    if shared_endpoint and node.spec.role is Role.CONTROL_PLANE:
        keep_endpoint(node, lab)


def _kubelet(traits: HostTraits) -> dict[str, Any]:
    # These belong to the machine, not to the cluster: a bare `kubeadm init` has to work on it as well.
    shared: dict[str, Any] = {"featureGates": {"KubeletInUserNamespace": True}} if traits.shared_kernel else {}
    return {
        "cgroupDriver": "cgroupfs" if traits.cgroup_v1 else "systemd",
        "failSwapOn": False,
        "failCgroupV1": False,
        # The disk that kubelet measures is shared with the whole host.
        "evictionHard": {"memory.available": "50Mi", "nodefs.available": "0%", "imagefs.available": "0%"},
        "imageGCHighThresholdPercent": 100,
        **shared,
    }


def mount_data_disks(node: Hands, disks: Sequence[DataDisk]) -> None:
    """Mount data disks now and at each boot.

    Their units are required by containerd and kubelet, so that etcd never starts on an empty folder.
    """
    if disks:
        node.run(["systemctl", "enable", "--now", *(disk.unit for disk in disks)])


def keep_endpoint(node: Hands, lab: LabSpec) -> None:
    """Let the control planes share one address; the unit starts at each boot once it has a configuration."""
    if len(lab.of_role(Role.CONTROL_PLANE)) > 1:
        node.put(_API_ANSWERS, _ASK_API, 0o755)
    node.put(_KEEPALIVED, keepalived_conf(node.spec, lab), 0o600)
    node.run(["systemctl", "start", "keepalived.service"])


def keepalived_conf(node: NodeSpec, lab: LabSpec) -> str:
    """The configuration of keepalived on one control plane."""
    masters = lab.of_role(Role.CONTROL_PLANE)
    priority = 100 - masters.index(node)
    peers = "".join(f"        {peer.ip}\n" for peer in masters if peer is not node)
    unicast = f"    unicast_src_ip {node.ip}\n    unicast_peer {{\n{peers}    }}\n" if peers else ""
    # A control plane whose API does not answer gives the address away, if there is anyone to take it.
    asking = f"vrrp_script api {{\n    script {_API_ANSWERS}\n{_ASKING}}}\n" if peers else ""
    asked = "    track_script {\n        api\n    }\n" if peers else ""
    return (
        "global_defs {\n    vrrp_version 3\n    enable_script_security\n    script_user root\n}\n"
        f"{asking}"
        "vrrp_instance endpoint {\n"
        "    state BACKUP\n    interface eth0\n    virtual_router_id 77\n"
        f"    priority {priority}\n    advert_int 0.2\n{unicast}"
        f"    virtual_ipaddress {{\n        {lab.endpoint}/{lab.network.prefixlen}\n    }}\n"
        f"{asked}"
        "}\n"
    )
