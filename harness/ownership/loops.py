"""Loop devices of a run: their backing files lie in its folders, or are claimed one by one."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Sequence
from datetime import timedelta

from harness.clock import Deadline, NotYet, wait_for
from harness.ownership.claim import Kind
from harness.ownership.host import Host
from harness.ownership.resource import Leak, Scope, each

_DELETED = " (deleted)"
#: A device in use goes only after its last user did.
_SETTLING = timedelta(seconds=5)


class Loops:
    """Files as block devices."""

    def find(self, scope: Scope, host: Host) -> tuple[Leak, ...]:
        """By backing file, one that was deleted meanwhile included."""
        claimed = scope.claimed(Kind.LOOP)
        return tuple(
            Leak(kind=Kind.LOOP, name=device, detail=backing)
            for device, backing in backing_files(host)
            if backing in claimed or scope.covers_path(backing)
        )

    def end(self, leaks: Sequence[Leak], scope: Scope, host: Host) -> None:
        """Detach them."""
        each(leaks, lambda leak: host.run("losetup", "--detach", leak.name))

        def look() -> bool | NotYet:
            left = self.find(scope, host)
            return NotYet(", ".join(leak.name for leak in left)) if left else True

        wait_for("loop devices to go", look, Deadline.after(_SETTLING, host.clock))


def backing_files(host: Host) -> Iterator[tuple[str, str]]:
    """Each loop device in use, and its file."""
    for entry in sorted((host.sys / "block").glob("loop*/loop/backing_file")):
        with contextlib.suppress(OSError):
            backing = entry.read_text(errors="replace").rstrip("\n")
            yield f"/dev/{entry.parents[1].name}", backing.removesuffix(_DELETED)
