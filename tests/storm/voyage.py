"""One drill in a storm, and what may not be said of it."""

from __future__ import annotations

import contextlib
import hashlib
import shutil
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from operator import attrgetter
from pathlib import Path
from random import Random

from harness.drill import Order, Session
from harness.drill.catalog import DrillInfo
from harness.drill.intent import Intent
from harness.drill.spoiling import why_not
from harness.drill.told import read_intent
from harness.errors import LabError
from harness.journal import parse_journal
from harness.ownership import cache_root
from harness.providers.rehearsal import RehearsalProvider
from harness.providers.rehearsal.provider import RehearsalLab
from harness.report.document import document, to_bytes
from harness.sabotage import SABOTAGES, Sabotage
from harness.spec import LabSpec, parse_shape
from harness.verdict import judge
from harness.verdict.verdict import Word
from tests.drill.rehearsing import STORIES, shape_of
from tests.storm.aftermath import RUN, lies, lies_when_cut, not_reaped, truth_of
from tests.storm.forking import Forks
from tests.storm.keys import secrets_of
from tests.storm.stormy import StormyProvider, on_a_still_host, under_the_journal
from tests.storm.weather import Blow, KilledError, Planned, Weather, forecast

#: What a drill may end with when something goes wrong around it; anything else is a fault of the harness.
_MAY_END_WITH = (LabError, KeyboardInterrupt, KilledError, AssertionError)
#: Judging takes a tenth of the time of a drill: it is done again, and on a cut journal, for one seed of so many.
_LOOKED_AT_TWICE = 5
#: Tokens, keys and bytes are the same for so many seeds: where drill and sabotage are so as well, they begin as one.
SEEDS_OF_A_WORLD = 10_000
#: What it costs to part, in seconds of the processor: whoever is struck earlier begins anew, alone.
_TO_PART = 0.05


@dataclass(slots=True, kw_only=True)
class Landing:
    """How a voyage ended."""

    seed: int
    drill: str
    sabotage: str = ""
    struck: tuple[Planned, ...] = ()
    word: str = ""
    #: Of the journal, by which a storm is known to be the same.
    digest: str = ""
    wrong: list[str] = field(default_factory=list)

    def __str__(self) -> str:
        blows = ", ".join(map(str, self.struck)) or "calm"
        return f"seed {self.seed}: {self.drill}{f'+{self.sabotage}' if self.sabotage else ''}, {blows}: {self.word}"


@cache
def _plan(drill: str) -> tuple[LabSpec, Intent, bool]:
    shape, shared = shape_of(STORIES[drill])
    lab = parse_shape(shape)
    return lab, read_intent(STORIES[drill], lab, shared_endpoint=shared), shared


@cache
def _applicable(drill: str) -> tuple[type[Sabotage], ...]:
    lab, intent, _ = _plan(drill)
    return tuple(one for one in SABOTAGES if why_not(one, lab, intent) is None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Berth:
    """What seeds have in common that are the same storm until the weather parts them."""

    world: int
    drill: str
    sabotage: type[Sabotage] | None

    @classmethod
    def of(cls, seed: int, chance: Random) -> Berth:
        """The one of a seed, by the first that its chance says."""
        drill = chance.choice(sorted(STORIES))
        kind = chance.choice(_applicable(drill)) if chance.random() < 0.25 else None
        return cls(world=seed // SEEDS_OF_A_WORLD, drill=drill, sabotage=kind)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Course:
    """What one seed has in store."""

    seed: int
    planned: tuple[Planned, ...]
    #: What is left of it when all that is done with it beforehand is done.
    chance: Random

    @classmethod
    def of(cls, seed: int) -> tuple[Berth, _Course]:
        """Where a seed begins, and what strikes it there."""
        chance = Random(seed)
        berth = Berth.of(seed, chance)
        planned = forecast(chance, calls_of(berth.drill))
        if berth.sabotage is not None:
            # Time heals: a lab that is spoiled by haste would be well after a wait.
            planned = tuple(one for one in planned if one.blow not in (Blow.IS_SLOW, Blow.HANGS))
        return berth, cls(seed=seed, planned=planned, chance=chance)


def sail(seed: int, harbour: Path) -> Landing:
    """Perform one drill as its seed has it; the same seed is the same storm."""
    (landing,) = sail_together([seed], harbour)
    return landing


def sail_into(planned: Sequence[Planned], drill: str, harbour: Path) -> Landing:
    """Perform one drill in the weather that is given."""
    ((landing,), _) = _sail(
        Berth(world=0, drill=drill, sabotage=None),
        [_Course(seed=0, planned=tuple(planned), chance=Random(0))],
        harbour,
    )
    return landing


def sail_together(seeds: Sequence[int], harbour: Path) -> list[Landing]:
    """Perform drills of one berth as one, until the weather parts them: each comes out as it would alone."""
    told = [_Course.of(seed) for seed in seeds]
    (berth,) = {berth for berth, _ in told}
    landings, ashore = _sail(berth, [course for _, course in told], harbour)
    for course in ashore:
        landings += _sail(berth, [course], harbour)[0]
    return sorted(landings, key=attrgetter("seed"))


def _sail(berth: Berth, aboard: list[_Course], harbour: Path) -> tuple[list[Landing], list[_Course]]:
    """How all ended that sailed, and who was left ashore."""
    forks = Forks(harbour)
    voyage = _Voyage(berth=berth, aboard=aboard, folder=harbour / berth.drill, forks=forks)

    def work() -> list[Landing]:
        with secrets_of(berth.world):
            try:
                voyage.perform()
                landings = [voyage.landing(course) for course in voyage.aboard]
                landings[-1].wrong += not_reaped()
                return landings
            finally:
                shutil.rmtree(voyage.folder, ignore_errors=True)

    landed = forks.end_with(work)
    return [landing for some in (landed, *forks.told) for landing in some], voyage.ashore


@cache
def calls_of(drill: str) -> Mapping[str, int]:
    """How many calls of each sort a drill has in calm weather, in which it has to pass."""
    with tempfile.TemporaryDirectory(prefix="calm-", dir=cache_root().parent) as folder, secrets_of(0):
        berth, course = Berth(world=0, drill=drill, sabotage=None), _Course(seed=0, planned=(), chance=Random(0))
        calm = _Voyage(berth=berth, aboard=[course], folder=Path(folder) / drill, forks=Forks(Path(folder)))
        calm.perform()
        landing = calm.landing(course)
    if landing.word != Word.PASSED or landing.wrong or calm.weather is None:
        raise AssertionError(f"{landing}, which was to pass: {'; '.join(landing.wrong) or 'nothing else is wrong'}")
    return calm.weather.seen


@dataclass(slots=True, kw_only=True)
class _Voyage:
    berth: Berth
    #: Those that are the same storm so far.
    aboard: list[_Course]
    folder: Path
    forks: Forks
    #: Those that were struck before it was worth a process to have come so far.
    ashore: list[_Course] = field(default_factory=list)
    began: float = field(default_factory=time.process_time)
    weather: Weather | None = None
    #: What lies on the disk when the harness is killed.
    wreck: dict[Path, bytes] = field(default_factory=dict)
    #: Why the cluster is not back, and its join hash, as the simulation itself knows it.
    truth: tuple[str, str] = ("nobody looked", "")
    stumbled: str = ""

    def perform(self) -> None:
        """From the first call to the last."""
        drill = self.berth.drill
        lab, intent, _ = _plan(drill)
        shape, _ = shape_of(STORIES[drill])
        info = DrillInfo(name=drill, claim="it comes back", lab=shape, file=Path(__file__), function=drill)
        provider = StormyProvider(self._brew, self._look)
        order = Order(
            run=RUN,
            provider=provider,
            kubernetes="v1.34",
            folder=self.folder,
            sabotage=self.berth.sabotage() if self.berth.sabotage else None,
            seed=self.berth.world,
        )
        session = Session(order, info, lab, intent)
        try:
            with under_the_journal(provider.weather), on_a_still_host(), session.running() as performed:
                STORIES[drill](performed)
        except _MAY_END_WITH:
            pass
        except Exception as error:  # noqa: BLE001 -- this is what is looked for
            self.stumbled = f"{type(error).__name__}: {error}"
        for path, content in self.wreck.items():
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)

    def _brew(self, provider: RehearsalProvider) -> Weather:
        partings = frozenset((one.sort, one.number) for course in self.aboard for one in course.planned)
        self.weather = Weather(clock=provider.clock, partings=partings, part=self._part, at_death=self._at_death)
        self._await_the_last()
        return self.weather

    def _part(self, here: frozenset[tuple[str, int]]) -> None:
        """Whoever is struck here goes on in a process of its own; the last one that is aboard has this one."""
        for course in list(self.aboard):
            if len(self.aboard) > 1 and here.intersection((one.sort, one.number) for one in course.planned):
                self.aboard.remove(course)
                if time.process_time() - self.began < _TO_PART:
                    self.ashore.append(course)
                elif self.forks.part():
                    self.aboard = [course]
                    break
        self._await_the_last()

    def _await_the_last(self) -> None:
        if self.weather is not None and len(self.aboard) == 1:
            self.weather.planned, self.weather.partings = self.aboard[0].planned, frozenset()

    def _at_death(self) -> None:
        journal = self.folder / "journal.jsonl"
        left = [path for part in ("leases", "vaults") for path in (cache_root() / part).rglob("*") if path.is_file()]
        self.wreck = {path: path.read_bytes() for path in (journal, *left)}

    def _look(self, lab: RehearsalLab) -> None:
        self.truth = truth_of(lab)

    def landing(self, course: _Course) -> Landing:
        """Judge it, and hold the verdict against the truth."""
        spoilt = self.berth.sabotage
        landing = Landing(seed=course.seed, drill=self.berth.drill, sabotage=spoilt.name if spoilt else "")
        landing.struck = tuple(self.weather.struck) if self.weather else ()
        if self.stumbled:
            landing.wrong.append(f"the harness stumbled: {self.stumbled}")
        with self._no_stumble(landing, "judging"):
            journal = (self.folder / "journal.jsonl").read_bytes()
            landing.digest = hashlib.sha256(journal).hexdigest()
            history = parse_journal(journal.decode("utf-8", errors="replace"))
            verdict = judge(history)
            landing.word = verdict.word
            landing.wrong += lies(verdict, history, self.truth, spoilt=landing.sabotage, was_killed=bool(self.wreck))
            if course.seed % _LOOKED_AT_TWICE == 0 and to_bytes(document(verdict)) != to_bytes(
                document(judge(history))
            ):
                landing.wrong.append("judged twice, it is not the same")
        if course.seed % _LOOKED_AT_TWICE == 1:
            with self._no_stumble(landing, "judging what was cut"):
                landing.wrong += lies_when_cut((self.folder / "journal.jsonl").read_bytes(), course.chance)
        return landing

    @contextlib.contextmanager
    def _no_stumble(self, landing: Landing, what: str) -> Iterator[None]:
        try:
            yield
        except Exception as error:  # noqa: BLE001 -- this is what is looked for
            landing.wrong.append(f"{what} stumbled: {type(error).__name__}: {error}")
