"""All that the report is made of: nothing of it is looked up while the page is written."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import StrEnum

from harness.journal import History
from harness.spec.policy import Policy
from harness.verdict import Verdict, Word

_NOWHEN = datetime.fromtimestamp(0, UTC)


class Standing(StrEnum):
    """What a drill is worth to an auditor."""

    EVIDENCE = "evidence"
    FAILED = "tested, and failed"
    UNPROVEN = "proves nothing"
    NO_TEST = "no test"


@dataclass(frozen=True, slots=True, kw_only=True)
class Filed:
    """A file that can be opened beside the report, with the digest that it has."""

    path: str
    sha256: str

    @property
    def name(self) -> str:
        """The file without its folder."""
        return self.path.rpartition("/")[2]


@dataclass(frozen=True, slots=True, kw_only=True)
class Tested:
    """One drill as its journal tells it; two performances of one drill have different folders."""

    folder: str
    history: History = field(repr=False)
    verdict: Verdict = field(repr=False)
    files: tuple[Filed, ...] = ()

    @property
    def drill(self) -> str:
        """Its name."""
        return self.verdict.header.drill or self.folder

    @property
    def started(self) -> datetime:
        """Its first line."""
        return self.verdict.started or _NOWHEN

    @property
    def ended(self) -> datetime:
        """Its last line."""
        return self.history.events[-1].at if self.history.events else _NOWHEN

    @property
    def is_performed(self) -> bool:
        """Whether it was meant to be a test: neither rehearsed, nor spoiled on purpose, nor made up for show."""
        header = self.verdict.header
        return not header.sabotage and not header.demonstration and header.fidelity not in ("", "rehearsal")


@dataclass(frozen=True, slots=True, kw_only=True)
class Dossier:
    """The drills of a report, what was before them, and the policy and the day by which they are looked at."""

    as_of: datetime
    policy: Policy = field(default_factory=Policy)
    tested: tuple[Tested, ...] = ()
    #: For each folder of `tested`, the same drill the time before.
    previous: Mapping[str, Tested] = field(default_factory=dict)
    #: For each required drill, its last performance that counts, wherever it was.
    last_good: Mapping[str, Tested] = field(default_factory=dict)
    #: The required drills that were performed at all, rehearsals and spoiled ones left out.
    performed: frozenset[str] = frozenset()
    #: The drills whose journals cannot be read, each with the reason.
    unreadable: Mapping[str, str] = field(default_factory=dict)

    @property
    def evidence(self) -> tuple[Tested, ...]:
        """The drills that are evidence."""
        return tuple(one for one in self.tested if standing(one, self.policy) is Standing.EVIDENCE)

    @property
    def shown(self) -> tuple[Tested, ...]:
        """Those that were made for show."""
        return tuple(one for one in self.tested if one.verdict.header.demonstration)


def standing(tested: Tested, policy: Policy) -> Standing:
    """Evidence is a drill that passed, unspoiled, on machines that the policy accepts."""
    if not tested.is_performed or not policy.accepts(tested.verdict.header.fidelity):
        return Standing.NO_TEST
    if tested.verdict.word is Word.PASSED:
        return Standing.EVIDENCE
    return Standing.FAILED if tested.verdict.word is Word.FAILED else Standing.UNPROVEN


def why_not(tested: Tested, policy: Policy) -> str:
    """Why a drill is no evidence, in a sentence; empty if it is."""
    header, verdict = tested.verdict.header, tested.verdict
    if header.demonstration:
        return f"Made for show and never performed: {header.demonstration}."
    if header.fidelity == "rehearsal":
        return "A rehearsal: machines and time are simulated, and nothing of it is evidence."
    if header.sabotage:
        return f"Spoiled on purpose with '{header.sabotage}': a test of the harness, and never evidence."
    if not policy.accepts(header.fidelity):
        told = f"of the fidelity '{header.fidelity}'" if header.fidelity else "of an unknown fidelity"
        return f"Its machines are {told}; the policy accepts '{policy.least_fidelity}' at the least."
    if verdict.word is Word.PASSED:
        return ""
    return f"Its verdict is '{verdict.word}': {verdict.cause or 'no cause is on record'}."
