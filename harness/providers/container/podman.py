"""The one place that knows podman's command line."""

from __future__ import annotations

import resource
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from harness.errors import LabError
from harness.ownership.run_id import run_of
from harness.providers.container.channel import ENVIRONMENT, WITHOUT_THE_CLOCK
from harness.providers.container.runtime import cgroup_mode, choose_runtime
from harness.shell import capture, run

#: No systemd on the host is needed, and nothing is written to its journal.
_GLOBAL = ("podman", "--cgroup-manager=cgroupfs", "--events-backend=none", "--log-level=error")
#: A podman that does not answer is lab trouble, and no reason to wait for ever.
_ANSWER = timedelta(seconds=30)


@dataclass(frozen=True, slots=True, kw_only=True)
class Boot:
    """What one power-on of a machine needs."""

    name: str
    hostname: str
    root: Path
    netns: Path
    console: Path
    pidfile: Path
    labels: Mapping[str, str]
    environment: Mapping[str, str]


def start(boot: Boot) -> int:
    """Start a machine and return the host's number of its first process."""
    argv = [*_GLOBAL, "--runtime", choose_runtime(cgroup_mode()), "run", "--detach", "--name", boot.name]
    argv += ["--privileged", "--systemd=always", "--cgroupns=private", "--tty", "--hostname", boot.hostname]
    argv += ["--network", f"ns:{boot.netns}", "--dns=none", "--no-hosts", *_limits()]
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
    seconds, name = round(patience.total_seconds()), _own(name)
    run([*_GLOBAL, "stop", "--time", str(seconds), name], timeout=patience + timedelta(seconds=30))


def kill(name: str) -> None:
    """End all of a machine's processes at once."""
    capture([*_GLOBAL, "kill", "--signal", "KILL", _own(name)], timeout=timedelta(seconds=30))


def remove(name: str) -> None:
    """Forget a machine; one that is already gone is fine."""
    run([*_GLOBAL, "rm", "--force", "--ignore", "--time", "0", _own(name)], timeout=timedelta(seconds=60))


def exists(name: str) -> bool:
    """Whether there is such a machine; one that is off is forgotten, so it has power."""
    return capture([*_GLOBAL, "container", "exists", name], timeout=_ANSWER).status == 0


def leader(name: str) -> int | None:
    """The host's number of a machine's first process; None while it has no power."""
    told = [*_GLOBAL, "container", "inspect", "--format", "{{.State.Running}} {{.State.Pid}}", name]
    done = capture(told, timeout=_ANSWER)
    running, _, number = done.text.strip().partition(" ")
    return int(number) if done.status == 0 and running == "true" and number.isdigit() else None


def shell_argv(name: str, *, terminal: bool) -> list[str]:
    """How a shell on a machine is opened, with the rights and the environment of the commands of a drill."""
    argv = [*_GLOBAL, "exec", "--interactive", *(["--tty"] if terminal else [])]
    for setting in ENVIRONMENT:
        argv += ["--env", setting]
    return [*argv, name, *WITHOUT_THE_CLOCK, "bash", "-l"]


def _limits() -> list[str]:
    # A limit above the hard one of podman would need CAP_SYS_RESOURCE, and the start would fail. For processes
    # podman lowers its own to the highest process number of the kernel.
    highest = int(Path("/proc/sys/kernel/pid_max").read_text())
    limits = []
    for name, kind, wanted in (("nofile", resource.RLIMIT_NOFILE, 65536), ("nproc", resource.RLIMIT_NPROC, highest)):
        _, hard = resource.getrlimit(kind)
        limit = wanted if hard == resource.RLIM_INFINITY else min(wanted, hard)
        limits += ["--ulimit", f"{name}={limit}:{limit}"]
    return limits


def _own(name: str) -> str:
    """Return the name if it is that of a machine of a run; nobody else's container is ended."""
    if run_of(name) is None:
        raise LabError(f"Refusing to end the container '{name}', whose name carries no run of ours")
    return name
