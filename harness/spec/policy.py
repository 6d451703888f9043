"""What an organisation demands of its drills: the table [policy]."""

from __future__ import annotations

import hashlib
import json
from typing import Annotated, Literal

from pydantic import Field

from harness.spec.table import Table

#: What counts as a test of a restore, from the least to the most; a rehearsal counts as none.
FIDELITIES = ("container", "vm-emulated", "vm-kvm")

Line = Annotated[str, Field(min_length=1, max_length=400, pattern=r"^[^\n]+$")]
DrillName = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9-]*$")]
Days = Annotated[int, Field(ge=1, le=3660)]
Seconds = Annotated[int, Field(ge=0, le=366 * 86400)]


class RequiredDrill(Table):
    """One drill that has to be performed: how often, and what it has to keep."""

    #: Where it is not said, what the scenario promises applies.
    rto_seconds: Annotated[int, Field(ge=1, le=366 * 86400)] | None = None
    rpo_seconds: Seconds | None = None
    every_days: Days
    #: The risk, or the line of the business impact analysis, that the drill answers.
    risk: Line | None = None
    owner: Line | None = None


class Exclusion(Table):
    """Something that no drill covers, and why."""

    what: Line
    why: Line


class DueDays(Table):
    """Within how many days a finding has to be dealt with."""

    high: Days = 14
    medium: Days = 30
    low: Days = 90


class Policy(Table):
    """The whole policy; what it does not say is left blank in reports."""

    organisation: Line | None = None
    systems: list[Line] = Field(default_factory=list)
    plan_id: Line | None = None
    plan_version: Line | None = None
    least_fidelity: Literal["container", "vm-emulated", "vm-kvm"] = "container"
    owner: Line | None = None
    reviewers: list[Line] = Field(default_factory=list)
    observers: list[Line] = Field(default_factory=list)
    segregation: Line | None = None
    due_days: DueDays = Field(default_factory=DueDays)
    drills: dict[DrillName, RequiredDrill] = Field(default_factory=dict)
    exclusions: list[Exclusion] = Field(default_factory=list)

    @property
    def digest(self) -> str:
        """What two equal policies have in common, and no others."""
        text = json.dumps(self.model_dump(), sort_keys=True, ensure_ascii=False)
        return hashlib.sha256(text.encode(errors="replace")).hexdigest()

    def accepts(self, fidelity: str) -> bool:
        """Whether machines of this fidelity are enough; a rehearsal never is."""
        return fidelity in FIDELITIES and FIDELITIES.index(fidelity) >= FIDELITIES.index(self.least_fidelity)
