"""What a run comes to: a line for each drill, and the exit status that all of them deserve."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from harness.verdict.verdict import Word


@dataclass(frozen=True, slots=True, kw_only=True)
class DrillLine:
    """One drill of a run, as its report tells."""

    folder: str
    drill: str
    verdict: str
    cause: str
    seconds: float = 0.0
    provider: str = ""
    fidelity: str = ""
    sabotage: str = ""
    control_plane_seconds: float | None = None
    workload_seconds: float | None = None
    rto_target_seconds: float | None = None
    rpo_seconds: float | None = None
    rpo_target_seconds: float | None = None
    peak_memory_mib: float | None = None
    #: What was done to other journals to make this one for show; empty for a drill that was performed.
    demonstration: str = ""
    #: The run that its journal names, whatever the folder is called that it lies in by now.
    run: str = ""
    claim: str = ""
    #: When its journal begins; the simulated clock of a rehearsal begins at the same moment each time.
    started: str = ""
    kubernetes: str = ""
    image: str = ""
    lab: str = ""
    seed: int | None = None
    version: str = ""
    commit: str = ""
    host: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class RunSummary:
    """All drills of a run."""

    run: str
    drills: tuple[DrillLine, ...]
    #: Drills that were asked for with all others and cannot be performed on this provider, each with the reason.
    not_offered: Mapping[str, str] = field(default_factory=dict)
    #: What the run was asked for: of a drill that left nothing, this is all that is known.
    asked: Mapping[str, str] = field(default_factory=dict)

    @property
    def status(self) -> int:
        """The exit status that the run deserves."""
        return exit_status([line.verdict for line in self.drills])


def exit_status(words: Sequence[str]) -> int:
    """0 if all passed, 1 if a drill failed, 3 if the harness cannot tell; no drill at all tells nothing."""
    if any(word == Word.FAILED for word in words):
        return 1
    return 0 if words and all(word == Word.PASSED for word in words) else 3
