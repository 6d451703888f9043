"""Mounts of a run: below its folders, or claimed one by one."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path

from harness.errors import LabError
from harness.ownership.claim import Kind
from harness.ownership.host import Host
from harness.ownership.resource import Leak, Scope, each

_ESCAPED = re.compile(r"\\([0-7]{3})")


class Mounts:
    """What is mounted in the host's own view."""

    def find(self, scope: Scope, host: Host) -> tuple[Leak, ...]:
        """Last mounted first, and so the deepest before what it lies in."""
        claimed = scope.claimed(Kind.MOUNT)
        points = [point for point in mount_points(host) if point in claimed or scope.covers_path(point)]
        # A named network namespace is a mount as well, but it is ended as what it is.
        return tuple(
            Leak(kind=Kind.MOUNT, name=point) for point in reversed(points) if Path(point).parent != host.netns
        )

    def end(self, leaks: Sequence[Leak], scope: Scope, host: Host) -> None:  # noqa: ARG002
        """Unmount them; one that is still in use is taken out of sight, and goes when its last user does."""
        each(leaks, lambda leak: self._unmount(leak.name, host))

    def _unmount(self, point: str, host: Host) -> None:
        try:
            host.run("umount", point)
        except LabError:
            host.run("umount", "--lazy", point)


def mount_points(host: Host) -> tuple[str, ...]:
    """All mount points in the order in which they were mounted."""
    lines = (host.proc / "self/mountinfo").read_text(errors="replace").splitlines()
    return tuple(_ESCAPED.sub(lambda code: chr(int(code[1], 8)), line.split(" ")[4]) for line in lines if line)


def mounted_below(folder: Path, host: Host) -> tuple[str, ...]:
    """The mount points at or below a folder."""
    top = str(folder)
    return tuple(point for point in mount_points(host) if point == top or point.startswith(f"{top}/"))
