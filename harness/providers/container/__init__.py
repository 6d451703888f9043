"""Container machines: privileged podman containers on OS disks of their own."""

from harness.providers.container.provider import ContainerProvider

__all__ = ["ContainerProvider"]
