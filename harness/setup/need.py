"""The system packages that a provider needs, and what for."""

from __future__ import annotations

from dataclasses import dataclass


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
    Need(package="e2fsprogs", why="makes the machines' disks"),
    Need(package="xfsprogs", why="makes the store in which disks are cloned in no time"),
    Need(package="mount", why="mounts disks, and makes block devices of files"),
    Need(package="util-linux", why="enters machines without a network"),
    Need(package="kmod", why="loads kernel modules where they are missing"),
)
_IMAGES = (
    Need(package="ca-certificates", why="downloads over TLS"),
    Need(package="gcc", why="compiles the pause program and flannel"),
    Need(package="grub-common", why="makes the node image's boot loader"),
    Need(package="grub-pc-bin", why="is the node image's boot loader"),
    Need(package="libc6-dev", why="links the pause program and flannel"),
    Need(package="mmdebstrap", why="makes the machines' Debian"),
)
#: By provider; a provider that is not listed needs nothing from the system.
NEEDS: dict[str, tuple[Need, ...]] = {"container": (*_MACHINES, *_IMAGES), "rehearsal": ()}


def needs_of(provider: str) -> tuple[Need, ...]:
    """What a provider needs, each package once."""
    return tuple({need.package: need for need in NEEDS.get(provider, ())}.values())
