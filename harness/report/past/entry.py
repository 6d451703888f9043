"""One run of many: what the index keeps of it, and what each of its drills counts as."""

from __future__ import annotations

import contextlib
import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

from harness.report.line import DrillLine

_RUN_ID = re.compile(r"(\d{8}-\d{6})-[0-9a-f]{4}")


class Standing(StrEnum):
    """What a drill counts as; only the first proves anything of a restore."""

    EVIDENCE = "evidence"
    REHEARSAL = "rehearsal"
    SABOTAGED = "sabotaged"
    DEMONSTRATION = "demonstration"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True, kw_only=True)
class RunEntry:
    """One run: its folder, when it began, and its drills."""

    folder: str
    #: In UTC; None where nothing tells.
    at: datetime | None
    drills: tuple[DrillLine, ...]
    #: Whether its parent lived to sum it up.
    ended: bool
    #: What was asked for, as far as it is on record.
    provider: str = ""
    sabotage: str = ""

    @property
    def demonstration(self) -> str:
        """What was done to other journals to make this run for show; empty for one that took place."""
        return next((line.demonstration for line in self.drills if line.demonstration), "")

    def standing(self, line: DrillLine) -> Standing:
        """What a drill of this run counts as; one that left nothing counts as what was asked for."""
        if line.demonstration:
            return Standing.DEMONSTRATION
        if line.sabotage or (not line.provider and self.sabotage) or "+" in line.folder:
            return Standing.SABOTAGED
        machines = line.fidelity or line.provider or self.provider
        if not machines:
            return Standing.UNKNOWN
        return Standing.REHEARSAL if machines == Standing.REHEARSAL else Standing.EVIDENCE

    def document(self) -> dict[str, Any]:
        """The entry for the index file and for scripts."""
        return {
            "folder": self.folder,
            "at": self.at.isoformat() if self.at else None,
            "ended": self.ended,
            "provider": self.provider,
            "sabotage": self.sabotage,
            "drills": [asdict(line) for line in self.drills],
        }

    @classmethod
    def of(cls, document: Mapping[str, Any]) -> RunEntry:
        """The entry back; what is none raises one of the errors that come of reading JSON."""
        return cls(
            folder=document["folder"],
            at=datetime.fromisoformat(document["at"]) if document["at"] else None,
            drills=tuple(DrillLine(**line) for line in document["drills"]),
            ended=document["ended"],
            provider=document["provider"],
            sabotage=document["sabotage"],
        )


def is_run_id(name: str) -> bool:
    """Whether a folder is called as `kubedrill run` calls those of its runs."""
    return moment_of(name) is not None


def moment_of(name: str) -> datetime | None:
    """When the run of this name began."""
    found = _RUN_ID.fullmatch(name)
    with contextlib.suppress(ValueError):
        return datetime.strptime(found[1], "%Y%m%d-%H%M%S").replace(tzinfo=UTC) if found else None
    return None


def parsed(text: str) -> datetime | None:
    """A moment of a report in UTC, if it is one; without a zone nobody knows when it was."""
    with contextlib.suppress(ValueError, OverflowError):
        moment = datetime.fromisoformat(text)
        return moment.astimezone(UTC) if moment.tzinfo is not None else None
    return None
