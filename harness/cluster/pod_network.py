"""The network that pods get: flannel by default, or whatever a manifest brings."""

from __future__ import annotations

from harness.lab import Node
from harness.spec import PodNetwork

_ARCHIVE = "/var/tmp/kubedrill-images.tar"
_MANIFEST = "/etc/kubedrill/pod-network.yaml"


def load_images(node: Node, network: PodNetwork) -> None:
    """Bring the network's images to a machine: a lab has no way to a registry."""
    for archive in network.images:
        node.put(_ARCHIVE, archive.read_bytes(), 0o600)
        node.run(["ctr", "--namespace", "k8s.io", "images", "import", _ARCHIVE])
        node.run(["rm", _ARCHIVE])


def apply_manifest(node: Node, network: PodNetwork) -> None:
    """Apply the manifest from a control plane; kinds that it brings itself are known by then."""
    node.put(_MANIFEST, network.manifest.read_bytes())
    node.run(["kubectl", "apply", "--server-side", "--filename", _MANIFEST])
