"""Labs that exist only in memory: they test the harness, and prove nothing about a restore."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from random import Random

from harness.errors import LabError
from harness.providers.rehearsal.clock import VirtualClock
from harness.providers.rehearsal.machine import SimulatedMachine
from harness.providers.rehearsal.network import SimulatedNetwork
from harness.providers.rehearsal.world import World
from harness.providers.seam import Fidelity
from harness.spec import LabSpec

_LIMITS = (
    "Machines, cluster and time are simulated: this tests the harness and the scenario, and is never evidence.",
    "Only what drills touch is simulated; a command that the simulation does not know is an error of the lab.",
)
_STEP = timedelta(milliseconds=200)
#: How long Linux leaves what was written in memory.
_WRITE_BACK = timedelta(seconds=5)


@dataclass(frozen=True, slots=True, kw_only=True)
class RehearsalLab:
    """One simulated lab; it owns nothing on the host, so it has no name there."""

    name: str = ""
    spec: LabSpec
    machines: Mapping[str, SimulatedMachine]
    network: SimulatedNetwork
    kubernetes: str
    image: str = "rehearsal"
    pace: float = 1.0
    checkpoints: Path | None = None
    freezes_memory: bool = False
    hardware: str = ""

    def freeze(self, folder: Path, asleep: Sequence[str] = ()) -> None:  # noqa: ARG002
        """These labs are made in no time."""
        raise LabError(f"A lab of this provider cannot be frozen into '{folder}'")

    def thaw(self, folder: Path) -> None:
        """These labs are made in no time."""
        raise LabError(f"A lab of this provider cannot go on from '{folder}'")

    def keep(self, period: timedelta) -> str:
        """There is nothing that could be kept."""
        hours = period / timedelta(hours=1)
        return f"A simulated lab ends with its drill; a real one would be kept for {hours:g} hours"


class RehearsalProvider:
    """Makes simulated labs, each seed always the same; `before_call` may raise what a seam may raise."""

    name = "rehearsal"
    fidelity = Fidelity.REHEARSAL
    limits = _LIMITS

    def __init__(self, *, seed: int = 0, before_call: Callable[[str], None] | None = None) -> None:
        self.clock = VirtualClock()
        self._seed = seed
        self._before_call = before_call or (lambda _: None)

    def room(self, spec: LabSpec) -> contextlib.AbstractContextManager[None]:  # noqa: ARG002
        """All the room in the world."""
        return contextlib.nullcontext()

    @contextlib.contextmanager
    def lab(
        self,
        spec: LabSpec,
        *,
        kubernetes: str,
        run: str,  # noqa: ARG002 -- only what owns something on the host needs its mark
        folder: Path,
    ) -> Iterator[RehearsalLab]:
        """A lab for as long as the block lasts; its consoles go into the folder."""
        if not folder.is_dir():
            raise LabError(f"The folder '{folder}' for the consoles does not exist")
        world = World(
            spec=spec,
            clock=self.clock,
            random=Random(self._seed),
            kubernetes=kubernetes if kubernetes.count(".") > 1 else f"{kubernetes}.0",
            before_call=self._before_call,
        )
        world.call("provider.lab", 0.5)
        for node in spec.nodes:
            world.machines[node.name] = SimulatedMachine(node, world, folder / f"console-{node.name}.log")
        with self.clock.every(_STEP, world.step), self.clock.every(_WRITE_BACK, world.write_back):
            yield RehearsalLab(
                spec=spec,
                machines=world.machines,
                network=SimulatedNetwork(world),
                kubernetes=world.kubernetes,
            )
