"""What the host lets us do, seen without making anything."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

from harness.errors import LabError
from harness.ownership import Lease, cache_root
from harness.providers.container.room import LIMIT, places
from harness.providers.container.runtime import cgroup_mode, choose_runtime
from harness.providers.libvirt.acceleration import QEMU, qemu_version, smoke_boot
from harness.setup.apt import Apt
from harness.setup.distribution import read_distribution
from harness.setup.need import needs_of

_GIB = 1024**3
#: One control plane and the spare machine take 2 GiB; the rest is for the host.
_MEMORY_WANTED = 3 * _GIB
#: A build of the node image at its peak, with what it leaves.
_SPACE_WANTED = 12 * _GIB
_SPACE_WITH_IMAGE = 3 * _GIB
_CAP_SYS_RESOURCE = 24
#: Two of the largest labs.
_MACHINES_WANTED = 10


def root(lease: Lease, folder: Path) -> str:  # noqa: ARG001
    """Machines are made by root."""
    if os.geteuid() != 0:
        raise LabError(f"This is user {os.geteuid()}, and only root can make machines")
    return "this is root"


def packages(lease: Lease, folder: Path) -> str:  # noqa: ARG001
    """Everything that setup would install is there."""
    needs = [need.package for need in needs_of("container")]
    if not read_distribution().has_apt:
        return "not checked, because this system has no apt; each is tried below"
    missing = Apt(say=lambda _: None).missing(needs)
    if missing:
        raise LabError(f"Missing are: {', '.join(missing)}")
    return f"all {len(needs)} are installed"


def memory(lease: Lease, folder: Path) -> str:  # noqa: ARG001
    """A lab fits."""
    lines = Path("/proc/meminfo").read_text().splitlines()
    free = next(int(line.split()[1]) * 1024 for line in lines if line.startswith("MemAvailable:"))
    if free < _MEMORY_WANTED:
        raise LabError(f"{free / _GIB:.1f} GiB are free, and {_MEMORY_WANTED / _GIB:.0f} GiB are wanted")
    return f"{free / _GIB:.1f} GiB are free"


def space(lease: Lease, folder: Path) -> str:  # noqa: ARG001
    """The node image fits, or is there already."""
    free = shutil.disk_usage(cache_root()).free
    wanted = _SPACE_WITH_IMAGE if any(cache_root().glob("images/*/disk.img")) else _SPACE_WANTED
    if free < wanted:
        raise LabError(f"{free / _GIB:.1f} GiB are free in '{cache_root()}', and {wanted / _GIB:.0f} GiB are wanted")
    return f"{free / _GIB:.0f} GiB are free in '{cache_root()}'"


def cgroups(lease: Lease, folder: Path) -> str:  # noqa: ARG001
    """Control groups are there, and a runtime that can live with them."""
    if not any(Path("/sys/fs/cgroup").iterdir()):
        raise LabError("Nothing is mounted below /sys/fs/cgroup")
    mode = cgroup_mode()
    note = "" if mode == "v2" else "; Kubernetes 1.35 and later only with failCgroupV1: false"
    return f"{mode}, machines are started by {choose_runtime(mode)}{note}"


def inotify(lease: Lease, folder: Path) -> str:  # noqa: ARG001
    """Labs fit beside each other."""
    limit = int(LIMIT.read_text())
    if places() < _MACHINES_WANTED:
        raise LabError(f"{limit} are enough for {places()} machines at a time; a lab for which there is no room waits")
    return f"{limit} are enough for {places()} machines at a time"


def sys_resource(lease: Lease, folder: Path) -> str:  # noqa: ARG001
    """Limits can be raised and processes be spared by the kernel's memory killer."""
    lines = Path("/proc/self/status").read_text().splitlines()
    effective = int(next(line.split()[1] for line in lines if line.startswith("CapEff:")), 16)
    if not effective >> _CAP_SYS_RESOURCE & 1:
        raise LabError(
            "It is missing: kubelet runs as in a user namespace, and no process is spared when memory is short"
        )
    return "it is there"


def kvm(lease: Lease, folder: Path) -> str:  # noqa: ARG001
    """A guest runs under KVM: that /dev/kvm is there, opens and makes processors proves nothing."""
    if shutil.which(QEMU) is None:
        raise LabError(f"'{QEMU}' is not installed, so no guest can be tried")
    found = smoke_boot(qemu_version())
    if not found.kvm:
        raise LabError(f"{found.reason}; virtual machines are emulated")
    return found.reason
