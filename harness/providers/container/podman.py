"""The one place that knows podman's command line."""

from __future__ import annotations

import resource
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from harness.providers.container.runtime import cgroup_mode, choose_runtime
from harness.shell import capture, run

#: No systemd on the host is needed, and nothing is written to its journal.
_GLOBAL = ("podman", "--cgroup-manager=cgroupfs", "--events-backend=none", "--log-level=error")
_FILES_WANTED = 65536


@dataclass(frozen=True, slots=True, kw_only=True)
class Boot:
    """What one power-on of a machine needs."""

    name: str
    hostname: str
    root: Path
    netns: Path
    console: Path
    pidfile: Path
    memory_mib: int
    labels: Mapping[str, str]
    environment: Mapping[str, str]


def start(boot: Boot) -> int:
    """Start a machine and return the host's number of its first process."""
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    # A limit above the host's hard one would need CAP_SYS_RESOURCE, and the start would fail.
    files = _FILES_WANTED if hard == resource.RLIM_INFINITY else min(_FILES_WANTED, hard)
    argv = [*_GLOBAL, "--runtime", choose_runtime(cgroup_mode()), "run", "--detach", "--name", boot.name]
    argv += ["--privileged", "--systemd=always", "--cgroupns=private", "--tty", "--hostname", boot.hostname]
    argv += ["--network", f"ns:{boot.netns}", "--dns=none", "--no-hosts", "--ulimit", f"nofile={files}:{files}"]
    argv += ["--tmpfs", "/run:rw,mode=755", "--tmpfs", "/tmp:rw,mode=1777", "--pids-limit=-1"]
    argv += ["--log-driver=k8s-file", "--log-opt", f"path={boot.console}", "--pidfile", str(boot.pidfile)]
    for key, value in boot.labels.items():
        argv += ["--label", f"{key}={value}"]
    for key, value in boot.environment.items():
        argv += ["--env", f"{key}={value}"]
    run([*argv, "--rootfs", str(boot.root), "/sbin/kubedrill-init"], timeout=timedelta(seconds=60))
    return int(boot.pidfile.read_text())


def stop(name: str, patience: timedelta) -> None:
    """Shut a machine down in an orderly way; after the patience it is killed."""
    seconds = round(patience.total_seconds())
    run([*_GLOBAL, "stop", "--time", str(seconds), name], timeout=patience + timedelta(seconds=30))


def kill(name: str) -> None:
    """End all of a machine's processes at once."""
    capture([*_GLOBAL, "kill", "--signal", "KILL", name], timeout=timedelta(seconds=30))


def remove(name: str) -> None:
    """Forget a machine; one that is already gone is fine."""
    run([*_GLOBAL, "rm", "--force", "--ignore", "--time", "0", name], timeout=timedelta(seconds=60))
