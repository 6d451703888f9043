"""What a heartbeat tells: which run ended, when, and how."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from harness.cli.exit_status import ExitStatus
from harness.strict_json import json_value

SCHEMA_VERSION = 1
_WORDS = {ExitStatus.PASSED: "passed", ExitStatus.FAILED: "failed", ExitStatus.CANNOT_TELL: "errored"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Beat:
    """The end of one run."""

    run: str
    ended: datetime
    status: int
    provider: str
    drills: Mapping[str, str] = field(default_factory=dict)
    sabotage: str = ""
    shard: str = ""
    division: str = ""

    @property
    def word(self) -> str:
        """The exit status in a word."""
        return _WORDS.get(ExitStatus(self.status), "interrupted")

    @property
    def why_no_proof(self) -> str:
        """Why not even a pass says that a restore works; empty if it does."""
        if self.provider == "rehearsal":
            return "it was a rehearsal, which is no evidence"
        return f"it was spoiled on purpose, by '{self.sabotage}'" if self.sabotage else ""

    def render(self) -> bytes:
        """The heartbeat as it is written and sent."""
        document = {
            "schema_version": SCHEMA_VERSION,
            "run": self.run,
            "ended": self.ended.isoformat(),
            "status": int(self.status),
            "verdict": self.word,
            "provider": self.provider,
            "sabotage": self.sabotage or None,
            "shard": self.shard or None,
            "division": self.division or None,
            "drills": dict(self.drills),
        }
        return (json.dumps(document, indent=2) + "\n").encode()


def parse_beat(content: bytes) -> Beat:
    """The heartbeat that these bytes are; a ValueError says why they are none."""
    try:
        told: dict[str, Any] = json_value(content)
        version, status, drills = told["schema_version"], told["status"], told["drills"]
        beat = Beat(
            run=str(told["run"]),
            ended=datetime.fromisoformat(told["ended"]),
            status=ExitStatus(status),
            provider=str(told["provider"]),
            drills={str(name): str(verdict) for name, verdict in drills.items()},
            sabotage=str(told["sabotage"] or ""),
            shard=str(told["shard"] or ""),
            division=str(told["division"] or ""),
        )
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as bad:
        raise ValueError("it is not a heartbeat") from bad
    if version != SCHEMA_VERSION:
        raise ValueError(f"it is of version {version}, and only {SCHEMA_VERSION} is known")
    if isinstance(status, bool) or beat.ended.tzinfo is None:
        raise ValueError("it is not a heartbeat")
    if beat.status == ExitStatus.PASSED and (not drills or set(beat.drills.values()) != {"passed"}):
        raise ValueError("it contradicts itself: it passed, but not all of its drills did")
    return beat
