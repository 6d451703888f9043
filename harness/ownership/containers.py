"""Podman containers of a run: they carry its label."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from harness.errors import LabError
from harness.ownership.claim import Kind
from harness.ownership.host import Host
from harness.ownership.resource import Leak, Scope, each
from harness.strict_json import json_value

#: As the machines were started: no systemd on the host is needed, and nothing is written to its journal.
_PODMAN = ("podman", "--cgroup-manager=cgroupfs", "--events-backend=none", "--log-level=error")


class Containers:
    """The machines of container labs."""

    def find(self, scope: Scope, host: Host) -> tuple[Leak, ...]:
        """Those with the run's label."""
        found = [(name, state) for name, state, labels in owned(host) if labels.get("kubedrill.run") == scope.run]
        return tuple(Leak(kind=Kind.CONTAINER, name=name, detail=state) for name, state in found if scope.covers(name))

    def end(self, leaks: Sequence[Leak], scope: Scope, host: Host) -> None:  # noqa: ARG002
        """Remove them, running or not."""
        each(leaks, lambda leak: self._remove(leak.name, host))

    def _remove(self, name: str, host: Host) -> None:
        argv = (*_PODMAN, "rm", "--force", "--ignore", "--time", "0", name)
        try:
            host.run(*argv)
        except LabError:
            # A container whose monitor was killed is found dead by the first try and removed by the second.
            host.run(*argv)


def owned(host: Host) -> tuple[tuple[str, str, Mapping[str, str]], ...]:
    """Name, state and labels of every container that is Kubedrill's; nothing where podman is not installed."""
    if not host.is_root or not host.has("podman"):
        return ()
    done = host.run(*_PODMAN, "ps", "--all", "--filter", "label=kubedrill.owner=kubedrill", "--format", "json")
    try:
        listed: list[dict[str, Any]] = json_value(done.text or "[]") or []
        return tuple((str(item["Names"][0]), str(item["State"]), item.get("Labels") or {}) for item in listed)
    except (ValueError, KeyError, IndexError, TypeError) as bad:
        raise LabError(f"Podman's list of containers cannot be read: {bad}") from bad
