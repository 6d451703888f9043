"""The container images on which clusters are built."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Images:
    """The container images that are not kubeadm's own, as they are preloaded on the machines."""

    canary: str = "registry.kubedrill.internal/canary:1"
    flannel: str = "ghcr.io/flannel-io/flannel:v0.26.7"
    flannel_plugin: str = "ghcr.io/flannel-io/flannel-cni-plugin:v0.9.1"
