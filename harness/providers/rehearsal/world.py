"""All that one simulated lab consists of, and who can reach whom in it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import lru_cache
from ipaddress import IPv4Address
from random import Random
from typing import TYPE_CHECKING
from uuid import UUID

from harness.errors import LabError
from harness.providers.rehearsal.clock import VirtualClock
from harness.providers.rehearsal.pki import Forge
from harness.spec import LabSpec

if TYPE_CHECKING:
    from harness.providers.rehearsal.control_plane import ControlPlane
    from harness.providers.rehearsal.machine import SimulatedMachine

API_PORT = 6443
#: What changes nothing that machines act upon, or counts its changes itself.
_LOOKS = ("api.", "network.http", "channel.get")
#: How often machines look at the time where nothing stirs.
_REST_SECONDS = 1.0


@dataclass(slots=True, kw_only=True)
class World:
    """One lab's machines, time and chance; `before_call` is told of each call at a seam and may raise."""

    spec: LabSpec
    clock: VirtualClock
    random: Random
    kubernetes: str
    before_call: Callable[[str], None]
    machines: dict[str, SimulatedMachine] = field(default_factory=dict)
    #: Kind, namespace and name of what was applied through the API: its one owner has to name all of it each time.
    applied: set[tuple[str, str, str]] = field(default_factory=set)
    #: What there was to see when all machines had come to rest, if they have; and when they looked last.
    _rest: tuple[int, ...] | None = None
    _looked: float = 0.0

    @property
    def forge(self) -> Forge:
        """Who makes keys."""
        return Forge(self.random, self.clock.now())

    def call(self, name: str, seconds: float) -> None:
        """One call at a seam, and the time that its answer takes."""
        self.before_call(name)
        if not name.startswith(_LOOKS):
            self._rest = None
        self.clock.spend(seconds)

    def uuid(self) -> str:
        """A new UUID."""
        return str(UUID(bytes=self.random.randbytes(16), version=4))

    def step(self) -> None:
        """Let everything that runs on the machines do a little; to what is at rest only time brings anything."""
        now = self.clock.monotonic()
        if self._rest is not None and now - self._looked < _REST_SECONDS and self._rest == self._turns():
            return
        self._looked = now
        running = [machine for machine in self.machines.values() if machine.is_on]
        are_calm = [machine.kubelet.step() for machine in running]
        for machine in running:
            are_calm.append(machine.control_plane.step())
            machine.sidecar.step()
            machine.backups.step()
        self._rest = self._turns() if all(are_calm) else None

    def _turns(self) -> tuple[int, ...]:
        return tuple(machine.control_plane.turns for machine in self.machines.values())

    def write_back(self) -> None:
        """Linux brings what was written to the disks, sooner or later."""
        for machine in self.machines.values():
            if machine.is_on:
                machine.sync()

    def reaches(self, asker: SimulatedMachine | None, other: SimulatedMachine) -> bool:
        """Whether something passes between two machines; who is no machine is where most of them are."""
        return asker is other or not (other.is_isolated or (asker is not None and asker.is_isolated))

    def at(self, address: str, asker: SimulatedMachine | None = None) -> SimulatedMachine | None:
        """The running machine that has this address now, for who asks."""
        wanted = _read(address)
        if wanted == self.spec.endpoint:
            running = [machine for machine in self.machines.values() if machine.is_on and self.reaches(asker, machine)]
            holders = [machine for machine in running if machine.units.is_active("keepalived.service")]
            return next((one for one in holders if one.control_plane.is_serving), next(iter(holders), None))
        for machine in self.machines.values():
            if machine.spec.ip == wanted and machine.is_on and self.reaches(asker, machine):
                return machine
        return None

    def control_plane_at(self, server: str, asker: SimulatedMachine | None = None) -> ControlPlane | None:
        """The control plane that serves the API under a URL, or under an address with port."""
        address, _, port = server.removeprefix("https://").rpartition(":")
        machine = self.at(address, asker) if port == str(API_PORT) else None
        return machine.control_plane if machine is not None and machine.control_plane.is_serving else None

    def machine(self, name: str) -> SimulatedMachine:
        """A machine by its name."""
        if name not in self.machines:
            raise LabError(f"The lab has no machine '{name}'")
        return self.machines[name]


@lru_cache(maxsize=256)
def _read(address: str) -> IPv4Address | None:
    """An address as it is compared: to read it anew each time, or to write those of all machines, takes longer."""
    try:
        return IPv4Address(address)
    except ValueError:
        return None
