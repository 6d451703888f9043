"""Commands and files on a container machine, straight through its namespaces."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from datetime import timedelta

from harness.errors import LabError
from harness.facts.fact import Output
from harness.providers.local.files import write_file
from harness.shell import capture

#: What commands on a machine know of it.
ENVIRONMENT = (
    "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
    "HOME=/root",
    "LANG=C.UTF-8",
    "KUBECONFIG=/etc/kubernetes/admin.conf",
)
#: Nothing that runs on a machine may set the clock: it is the host's.
WITHOUT_THE_CLOCK = ("setpriv", "--inh-caps", "-sys_time", "--bounding-set", "-sys_time")


class NamespaceChannel:
    """Enters the namespaces of a machine's first process: some 5 ms a command, where `podman exec` takes 150 ms."""

    def __init__(self, name: str, leader: Callable[[], int | None]) -> None:
        self._name = name
        self._leader = leader

    def run(self, argv: Sequence[str], *, stdin: bytes | None = None, timeout: timedelta | None = None) -> Output:
        """Run a command to its end, whatever its status."""
        leader = self._leader()
        if leader is None:
            raise LabError(f"The machine '{self._name}' is off, so it cannot run '{argv[0]}'")
        refuse_host(self._name, leader)
        enter = ["nsenter", "--target", str(leader), "--mount", "--uts", "--ipc", "--net", "--pid", "--cgroup"]
        clean = [*WITHOUT_THE_CLOCK, "env", "--ignore-environment", *ENVIRONMENT]
        done = capture([*enter, *clean, *argv], stdin=stdin, timeout=timeout)
        return Output(status=done.status, stdout=done.text, stderr=done.error_text)

    def put(self, path: str, content: bytes, mode: int = 0o644) -> None:
        """Write a file with its folders; it is on the disk when this returns."""
        write_file(self.run, self._name, path, content, mode)

    def get(self, path: str) -> bytes:
        """Read a file."""
        leader = self._leader()
        if leader is None:
            raise LabError(f"The machine '{self._name}' is off, so '{path}' cannot be read")
        refuse_host(self._name, leader)
        done = capture(["nsenter", "--target", str(leader), "--mount", "cat", path])
        if done.status != 0:
            raise LabError(f"The file '{path}' of machine '{self._name}' cannot be read: {done.error_text.strip()}")
        return done.stdout


def refuse_host(machine: str, leader: int) -> None:
    """Refuse to enter a process that sees the host's own files.

    A machine that died leaves its number to be given to anybody: what was meant for it would be done to the host.
    """
    try:
        theirs = namespace_of(str(leader))
    except OSError:
        # It is gone, and whoever tries to enter it is told so.
        return
    if theirs == namespace_of("self"):
        raise LabError(f"Refusing to enter process {leader} for machine '{machine}': it is a process of this host")


def namespace_of(process: str) -> int:
    """Which mounts a process sees, as a number."""
    return os.stat(f"/proc/{process}/ns/mnt").st_ino  # noqa: PTH116  it is no path of ours
