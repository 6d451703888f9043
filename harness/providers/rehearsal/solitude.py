"""A simulated control plane that is cut off: what it has gets old, and its leases end."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from harness.providers.rehearsal.control_plane import ControlPlane

#: For how long a leader tries to renew its lease.
_RENEW_SECONDS = 10.0


class Solitude:
    """The time since the others were heard of last."""

    def __init__(self, plane: ControlPlane) -> None:
        self._plane = plane
        self._since = 0.0
        self._revision = 0

    @property
    def known_revision(self) -> int:
        """The last revision that has arrived here."""
        member = self._plane.member
        return self._revision if self._plane.machine.is_isolated or member is None else member.etcd.revision

    def begin(self) -> None:
        """Nothing of what the others write from now on arrives."""
        self._revision, self._since = self.known_revision, self._plane.machine.world.clock.monotonic()

    def step(self) -> None:
        """Who cannot renew a lease gives up."""
        now = self._plane.machine.world.clock.monotonic()
        if now - self._since >= _RENEW_SECONDS:
            for name in [name for name, one in self._plane.candidates.items() if one.leads(now)]:
                self._plane.give_up(name)
