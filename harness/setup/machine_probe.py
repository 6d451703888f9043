"""A machine and its network, tried with the smallest ones there are."""

from __future__ import annotations

import resource
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

from harness.errors import LabError
from harness.ownership import Kind, Lease
from harness.providers.container.runtime import cgroup_mode, choose_runtime
from harness.shell import run

_PATIENCE = timedelta(seconds=60)


def network(lease: Lease, folder: Path) -> str:  # noqa: ARG001
    """A network namespace with a pair of interfaces."""
    with lease.owning(Kind.NETNS, lease.name):
        run(["ip", "netns", "add", lease.name])
        try:
            run(["ip", "-n", lease.name, "link", "add", "probe0", "type", "veth", "peer", "name", "probe1"])
            run(["ip", "-n", lease.name, "link", "add", "probe2", "type", "bridge"])
            run(["ip", "-n", lease.name, "link", "set", "probe0", "master", "probe2", "up"])
        finally:
            run(["ip", "netns", "delete", lease.name])
    return "a namespace with a bridge and a pair of interfaces was made"


def container(lease: Lease, folder: Path) -> str:
    """A privileged container on a root file system of ours starts, and ends."""
    runtime, name, root = choose_runtime(cgroup_mode()), f"{lease.name}-probe", folder / "root"
    for part in ("usr", "proc", "sys", "dev", "etc", "run", "tmp"):
        (root / part).mkdir(parents=True, exist_ok=True)
    for link in ("bin", "sbin", "lib", "lib64"):
        (root / link).symlink_to(f"usr/{link}")
    argv = ["podman", "--cgroup-manager=cgroupfs", "--events-backend=none", "--log-level=error", "--runtime", runtime]
    argv += ["run", "--rm", "--name", name, "--privileged", "--network=none", "--volume=/usr:/usr:ro"]
    argv += [f"--ulimit={limit}" for limit in _host_limits()]
    argv += [word for key, value in lease.labels.items() for word in ("--label", f"{key}={value}")]
    with lease.owning(Kind.CONTAINER, name):
        said = run([*argv, "--rootfs", str(root), "/usr/bin/id", "-u"], timeout=_PATIENCE).text.strip()
    if said != "0":
        raise LabError(f"The container ran as user '{said}' and not as root")
    return f"podman ran a privileged container by {runtime}"


def _host_limits() -> Iterator[str]:
    """Podman's own hard limits, for it to raise them would need CAP_SYS_RESOURCE; processes it caps at pid_max."""
    highest = int(Path("/proc/sys/kernel/pid_max").read_text())
    for name, number, most in (("nofile", resource.RLIMIT_NOFILE, 65536), ("nproc", resource.RLIMIT_NPROC, highest)):
        _, hard = resource.getrlimit(number)
        limit = most if hard == resource.RLIM_INFINITY else min(hard, most)
        yield f"{name}={limit}:{limit}"
