"""One drill in a storm, and what may not be said of it."""

from __future__ import annotations

import contextlib
import hashlib
import shutil
import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from random import Random

import pytest

from harness.drill import Order, Session
from harness.drill.catalog import DrillInfo
from harness.drill.intent import Intent
from harness.drill.spoiling import why_not
from harness.drill.told import read_intent
from harness.errors import JournalError, LabError
from harness.facts.pki import CA_CERT
from harness.journal import History, Kind, parse_journal
from harness.ownership import cache_root
from harness.providers.rehearsal import RehearsalProvider
from harness.providers.rehearsal.provider import RehearsalLab
from harness.report.document import document, to_bytes
from harness.sabotage import SABOTAGES, Sabotage
from harness.spec import LabSpec, Role, parse_shape
from harness.verdict import Outcome, Verdict, judge
from harness.verdict.verdict import Word
from tests.drill.rehearsing import STORIES, shape_of
from tests.storm.stormy import StormyProvider, under_the_journal
from tests.storm.weather import Blow, KilledError, Planned, Weather, forecast

RUN = "20250101-000000-abcd"
#: What a drill may end with when something goes wrong around it; anything else is a fault of the harness.
_MAY_END_WITH = (LabError, KeyboardInterrupt, KilledError, AssertionError)
#: Judging takes a tenth of the time of a drill: it is done again, and on a cut journal, for one seed of so many.
_LOOKED_AT_TWICE = 5


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


def sail(seed: int, harbour: Path) -> Landing:
    """Perform one drill as its seed has it; the same seed is the same storm."""
    chance = Random(seed)
    drill = chance.choice(sorted(STORIES))
    kind = chance.choice(_applicable(drill)) if chance.random() < 0.25 else None
    planned = forecast(chance, _calls(drill))
    if kind is not None:
        # Time heals: a lab that is spoiled by haste would be well after a wait.
        planned = tuple(one for one in planned if one.blow not in (Blow.IS_SLOW, Blow.HANGS))
    voyage = _Voyage(seed=seed, drill=drill, sabotage=kind() if kind else None, planned=planned, folder=harbour / drill)
    with _secrets_of(seed):
        try:
            voyage.perform()
            landing = voyage.landing(chance)
        finally:
            shutil.rmtree(voyage.folder, ignore_errors=True)
    return landing


@cache
def _calls(drill: str) -> Mapping[str, int]:
    """How many calls of each sort a drill has in calm weather, in which it has to pass."""
    with tempfile.TemporaryDirectory(prefix="calm-", dir=cache_root().parent) as folder, _secrets_of(0):
        calm = _Voyage(seed=0, drill=drill, sabotage=None, planned=(), folder=Path(folder) / drill)
        calm.perform()
        landing = calm.landing(Random(0))
    if landing.word != Word.PASSED or landing.wrong or calm.weather is None:
        raise AssertionError(f"{landing}, which was to pass: {'; '.join(landing.wrong) or 'nothing else is wrong'}")
    return calm.weather.seen


@contextlib.contextmanager
def _secrets_of(seed: int) -> Iterator[None]:
    """Let tokens and keys come from the seed as well: then a storm has the same journal each time, to the byte."""
    chance = Random(seed)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("secrets.token_bytes", chance.randbytes)
        patch.setattr("secrets.choice", chance.choice)
        yield


@dataclass(slots=True, kw_only=True)
class _Voyage:
    seed: int
    drill: str
    sabotage: Sabotage | None
    planned: tuple[Planned, ...]
    folder: Path
    weather: Weather | None = None
    #: What lies on the disk when the harness is killed.
    wreck: dict[Path, bytes] = field(default_factory=dict)
    #: Why the cluster is not back, and its join hash, as the simulation itself knows it.
    truth: tuple[str, str] = ("nobody looked", "")
    stumbled: str = ""

    def perform(self) -> None:
        """From the first call to the last."""
        lab, intent, _ = _plan(self.drill)
        shape, _ = shape_of(STORIES[self.drill])
        info = DrillInfo(name=self.drill, claim="it comes back", lab=shape, file=Path(__file__), function=self.drill)
        provider = StormyProvider(self._brew, self._look)
        order = Order(
            run=RUN, provider=provider, kubernetes="v1.34", folder=self.folder, sabotage=self.sabotage, seed=self.seed
        )
        session = Session(order, info, lab, intent)
        try:
            with under_the_journal(provider.weather), session.running() as drill:
                STORIES[self.drill](drill)
        except _MAY_END_WITH:
            pass
        except Exception as error:  # noqa: BLE001 -- this is what is looked for
            self.stumbled = f"{type(error).__name__}: {error}"
        for path, content in self.wreck.items():
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)

    def _brew(self, provider: RehearsalProvider) -> Weather:
        self.weather = Weather(clock=provider.clock, planned=self.planned, at_death=self._at_death)
        return self.weather

    def _at_death(self) -> None:
        journal = self.folder / "journal.jsonl"
        left = [path for part in ("leases", "vaults") for path in (cache_root() / part).rglob("*") if path.is_file()]
        self.wreck = {path: path.read_bytes() for path in (journal, *left)}

    def _look(self, lab: RehearsalLab) -> None:
        self.truth = _truth(lab)

    def landing(self, chance: Random) -> Landing:
        """Judge it, and hold the verdict against the truth."""
        landing = Landing(seed=self.seed, drill=self.drill, sabotage=self.sabotage.name if self.sabotage else "")
        landing.struck = tuple(self.weather.struck) if self.weather else ()
        if self.stumbled:
            landing.wrong.append(f"the harness stumbled: {self.stumbled}")
        with self._no_stumble(landing, "judging"):
            journal = (self.folder / "journal.jsonl").read_bytes()
            landing.digest = hashlib.sha256(journal).hexdigest()
            history = parse_journal(journal.decode("utf-8", errors="replace"))
            verdict = judge(history)
            landing.word = verdict.word
            landing.wrong += self._lies(verdict, history)
            if self.seed % _LOOKED_AT_TWICE == 0 and to_bytes(document(verdict)) != to_bytes(document(judge(history))):
                landing.wrong.append("judged twice, it is not the same")
        if self.seed % _LOOKED_AT_TWICE == 1:
            with self._no_stumble(landing, "judging what was cut"):
                landing.wrong += _lies_when_cut((self.folder / "journal.jsonl").read_bytes(), chance)
        return landing

    @contextlib.contextmanager
    def _no_stumble(self, landing: Landing, what: str) -> Iterator[None]:
        try:
            yield
        except Exception as error:  # noqa: BLE001 -- this is what is looked for
            landing.wrong.append(f"{what} stumbled: {type(error).__name__}: {error}")

    def _lies(self, verdict: Verdict, history: History) -> Iterator[str]:
        """What is false about a pass."""
        if verdict.word is not Word.PASSED:
            return
        why, join_hash = self.truth
        if self.sabotage is not None:
            yield f"passed, though spoiled by '{self.sabotage.name}'"
        if self.wreck:
            yield "passed, though the harness was killed"
        if why:
            yield f"passed, though the cluster is not back: {why}"
        if verdict.join_hash_before != join_hash:
            yield "passed, though its join hash is not that of before"
        end = history.last(Kind.END)
        if end is None or end.data.get("outcome") != "finished":
            yield "passed, though it did not come to its end"
        yield from (
            f"passed, though the required check '{one.check}' has not held: {one.outcome}"
            for one in verdict.findings
            if one.required and one.outcome is not Outcome.HELD
        )
        plan = history.first(Kind.PLAN)
        asked = [str(one["check"]) for one in (plan.data["checks"] if plan else ()) if one["required"]]
        judged = [one.check for one in verdict.findings if one.required]
        if sorted(asked) != sorted(judged) or not asked:
            yield "passed, though not each required check was judged once"


def _lies_when_cut(journal: bytes, chance: Random) -> Iterator[str]:
    """A journal that ends anywhere tells what it knows, and never of a pass that it has not seen the end of."""
    cut = journal[: chance.randrange(len(journal))]
    try:
        verdict = judge(parse_journal(cut.decode("utf-8", errors="replace")))
    except JournalError:
        return
    to_bytes(document(verdict))
    if verdict.word is Word.PASSED:
        yield f"passed, though its journal ends after {len(cut)} of {len(journal)} bytes"


def _truth(lab: RehearsalLab) -> tuple[str, str]:
    """Why the cluster is not back, and its join hash, asked past the weather and past the harness."""
    for spec in lab.spec.of_role(Role.CONTROL_PLANE):
        machine = lab.machines[spec.name]
        try:
            api = lab.network.api(machine.channel.get("/etc/kubernetes/admin.conf").decode())
            pods = api.list("Pod", "drill")
            join_hash = CA_CERT.parse(machine.channel.run(CA_CERT.argv)).join_hash
        except (LabError, ValueError):
            continue
        running = [pod for pod in pods if pod.get("status", {}).get("phase") == "Running"]
        return ("" if running else "no pod of before runs"), join_hash
    return "no control plane answers", ""
