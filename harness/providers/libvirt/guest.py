"""What a virtual machine's OS disk knows before its first boot."""

from __future__ import annotations

from harness.spec import LabSpec, NodeSpec


def guest_files(lab: LabSpec, node: NodeSpec) -> dict[str, str]:
    """Its address, and a console that needs no password: whoever reaches it owns the host anyway."""
    return {
        "etc/systemd/network/10-kubedrill.link": f"[Match]\nMACAddress={node.mac}\n\n[Link]\nName=eth0\n",
        "etc/systemd/network/10-kubedrill.network": (
            f"[Match]\nMACAddress={node.mac}\n\n"
            "[Network]\n"
            f"Address={node.ip}/{lab.network.prefixlen}\n"
            # kubeadm and kube-proxy look for a default route; it leads to the witness, which forwards nothing.
            f"Gateway={lab.witness}\n"
            "LinkLocalAddressing=no\n"
            # The endpoint's address is keepalived's.
            "KeepConfiguration=static\n"
        ),
        "etc/systemd/system/serial-getty@ttyS0.service.d/kubedrill.conf": (
            "[Service]\nExecStart=\nExecStart=-/sbin/agetty --autologin root --keep-baud 115200,57600,9600 - $TERM\n"
        ),
    }


def identity(spec: LabSpec, node: NodeSpec) -> dict[str, str]:
    """The files that make a machine this one, on any disk that it boots."""
    network = {path: text for path, text in guest_files(spec, node).items() if path.startswith("etc/systemd/network/")}
    return {
        "etc/hostname": f"{node.name}\n",
        "etc/hosts": f"127.0.0.1 localhost\n::1 localhost\n{node.ip} {node.name}\n",
        **network,
    }
