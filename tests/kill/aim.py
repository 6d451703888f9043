"""Which signal hits whom at which moment, all of it from one seed."""

from __future__ import annotations

import itertools
import signal
from dataclasses import dataclass, replace
from enum import StrEnum
from random import Random

SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGKILL)


class Target(StrEnum):
    """Who is hit."""

    #: `kubedrill run`, as by a service manager or Ctrl-C
    PARENT = "parent"
    #: the pytest process that gives its workers their drills
    PYTEST = "pytest"
    #: the worker that performs the drill whose moment is waited for
    WORKER = "worker"
    #: the parent, pytest and all workers in one instant, as when a job's whole control group is ended
    SESSION = "session"


@dataclass(frozen=True, slots=True, kw_only=True)
class Pace:
    """How a provider's drills go: phases with the seconds that one lasts at most, and when all drills are at work."""

    #: Early and middle ones stand more than once, so that they are drawn more often: a kill there is cheap.
    phases: tuple[str, ...]
    into_phase: float
    #: Between these seconds after the start a moment by time lies.
    early: float
    late: float
    #: How long the moment may be in coming.
    patience: float


_PHASES = ("lab", "cluster", "cluster", "cluster", "baseline", "backup", "fault", "recovery", "judgement", "teardown")
PACES = {
    "rehearsal": Pace(phases=_PHASES, into_phase=0.2, early=1.0, late=5.0, patience=120.0),
    "container": Pace(phases=_PHASES, into_phase=8.0, early=1.0, late=60.0, patience=600.0),
    "libvirt": Pace(phases=_PHASES, into_phase=30.0, early=1.0, late=300.0, patience=1800.0),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Aim:
    """One kill as it is meant: `seconds` into the phase of one drill, or after the start where there is no phase."""

    number: int
    signal: signal.Signals
    target: Target
    drill: str
    phase: str
    seconds: float
    #: Whether the drill beside a killed worker is let come to its end, which costs the time of a whole drill.
    spares_neighbour: bool = False

    @property
    def moment(self) -> str:
        """When it strikes, for the reader."""
        return f"{self.seconds:.2f} s into '{self.phase}'" if self.phase else f"{self.seconds:.2f} s after the start"

    def at(self, drill: str, phase: str, seconds: float) -> Aim:
        """The same kill at another moment."""
        return replace(self, drill=drill, phase=phase, seconds=seconds)

    def __str__(self) -> str:
        return f"{self.signal.name} to the {self.target}, {self.moment} of '{self.drill}'"


def aims(seed: int, kills: int, drills: tuple[str, ...], pace: Pace) -> tuple[Aim, ...]:
    """So many kills: each signal with each target before any comes twice, at moments of which two thirds are phases."""
    chance = Random(seed)
    wanted: list[tuple[signal.Signals, Target]] = []
    while len(wanted) < kills:
        pairs = list(itertools.product(SIGNALS, Target))
        chance.shuffle(pairs)
        wanted += pairs
    drawn = []
    spared = False
    for number, (which, target) in enumerate(wanted[:kills], start=1):
        phase = chance.choice(pace.phases) if chance.random() < 2 / 3 else ""
        spares = (which, target) == (signal.SIGKILL, Target.WORKER) and not spared
        spared = spared or spares
        drawn.append(
            Aim(
                number=number,
                signal=which,
                target=target,
                drill=chance.choice(drills),
                phase=phase,
                # By time the early moments are as likely as all the others together.
                seconds=chance.uniform(0, pace.into_phase)
                if phase
                else pace.early * (pace.late / pace.early) ** chance.random(),
                spares_neighbour=spares,
            )
        )
    return tuple(drawn)
