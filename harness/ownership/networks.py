"""Network namespaces and interfaces of a run."""

from __future__ import annotations

from collections.abc import Sequence

from harness.ownership.claim import Kind
from harness.ownership.host import Host
from harness.ownership.resource import Leak, Scope, each


class Namespaces:
    """Named network namespaces; what is in one goes with it."""

    def find(self, scope: Scope, host: Host) -> tuple[Leak, ...]:
        """By name."""
        names = sorted(path.name for path in host.netns.iterdir()) if host.netns.is_dir() else []
        claimed = scope.claimed(Kind.NETNS)
        return tuple(Leak(kind=Kind.NETNS, name=name) for name in names if name in claimed or scope.covers(name))

    def end(self, leaks: Sequence[Leak], scope: Scope, host: Host) -> None:  # noqa: ARG002
        """Delete them."""
        each(leaks, lambda leak: host.run("ip", "netns", "delete", leak.name))


class Links:
    """Interfaces on the host itself; too short a name for a run's, so only claimed ones are known."""

    def find(self, scope: Scope, host: Host) -> tuple[Leak, ...]:
        """By name."""
        there = [name for name in sorted(scope.claimed(Kind.LINK)) if (host.sys / "class/net" / name).exists()]
        return tuple(Leak(kind=Kind.LINK, name=name) for name in there)

    def end(self, leaks: Sequence[Leak], scope: Scope, host: Host) -> None:  # noqa: ARG002
        """Delete them."""
        each(leaks, lambda leak: host.run("ip", "link", "delete", leak.name))
