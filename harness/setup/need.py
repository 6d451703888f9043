"""The system packages that a provider needs, and what for."""

from __future__ import annotations

from dataclasses import dataclass

from harness.images.packages import REQUIRED_PACKAGES


@dataclass(frozen=True, slots=True, kw_only=True)
class Need:
    """One package of Debian and Ubuntu, and why."""

    package: str
    why: str


_MACHINES = (
    Need(package="podman", why="runs the machines"),
    Need(package="runc", why="starts machines on hosts with cgroup v1 or hybrid"),
    Need(package="crun", why="starts machines on hosts with cgroup v2"),
    Need(package="conmon", why="keeps a machine's console"),
    Need(package="iproute2", why="looks after network namespaces"),
    Need(package="mount", why="mounts disks, and makes block devices of files"),
    Need(package="util-linux", why="enters machines without a network"),
    Need(package="kmod", why="loads kernel modules where they are missing"),
)
_VIRTUAL = (
    Need(package="qemu-system-x86", why="runs virtual machines"),
    Need(package="qemu-utils", why="makes disks of virtual machines"),
    Need(package="libvirt-daemon-system", why="looks after virtual machines"),
    Need(package="libvirt-clients", why="finds what killed runs left behind"),
    Need(package="libvirt-dev", why="libvirt-python is built against it"),
    Need(package="python3-dev", why="libvirt-python is built against it"),
    Need(package="pkg-config", why="finds libvirt's headers"),
    Need(package="gcc", why="builds libvirt-python"),
    Need(package="iproute2", why="looks after network namespaces"),
    Need(package="mount", why="mounts disks, and makes block devices of files"),
    Need(package="kmod", why="loads kernel modules where they are missing"),
)
_VAGRANT = (
    Need(package="vagrant", why="makes machines of boxes"),
    Need(package="vagrant-libvirt", why="lets Vagrant make virtual machines by libvirt"),
    Need(package="openssh-client", why="opens Vagrant's machines, by a key pair of their own"),
)
_IMAGES = tuple(Need(package=package, why=why) for package, why in REQUIRED_PACKAGES)
#: By provider; a provider that is not listed needs nothing from the system.
NEEDS: dict[str, tuple[Need, ...]] = {
    "container": (*_IMAGES, *_MACHINES),
    "libvirt": (*_IMAGES, *_VIRTUAL),
    "rehearsal": (),
    "vagrant": (*_IMAGES, *_VIRTUAL, *_VAGRANT),
}


def needs_of(provider: str) -> tuple[Need, ...]:
    """What a provider needs, each package once."""
    return tuple({need.package: need for need in NEEDS.get(provider, ())}.values())
