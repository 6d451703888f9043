"""One line of the journal."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from harness.errors import JournalError
from harness.strict_json import json_value

SCHEMA = 1
_LINE = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"))


class Kind(StrEnum):
    """What a line of the journal tells; the fields of each are listed beside it."""

    #: schema run drill claim provider fidelity limits kubernetes lab seed sabotage controls
    #: occasion{trigger tester job} version commit settings folder host;
    #: demonstration -- where the journal was made out of others for show, what was done to them
    DRILL = "drill"
    #: kubernetes image -- the exact version and the digest of the node image, known once the lab stands
    LAB = "lab"
    #: checks: [{check, claim, required, reason, params}] rto_seconds rpo_seconds
    #: targets{rto rpo: {of(scenario|policy) scenario_seconds}} policy{plan_id plan_version digest}
    PLAN = "plan"
    #: name state(start|end)
    PHASE = "phase"
    #: id on state(start|end)
    WAIT = "wait"
    #: fact subject moment argv status stdout stderr seconds
    FACT = "fact"
    #: stream n -- one write that the witness saw acknowledged
    LEDGER = "ledger"
    #: probe ok last_ok detail -- written when the answer changes, and at start and end
    PROBE = "probe"
    #: watch state(opened|event|resumed|relist|closed) version marker detail
    WATCH = "watch"
    #: bytes looks -- the most that the machines held of the host's memory so far, and how often was looked
    MEMORY = "memory"
    #: fault node state(start|end)
    FAULT = "fault"
    #: recovery node state(start|end|failed|refused) within_seconds; cause argv stderr where it failed;
    #: backup cause where a bad one was refused
    RECOVERY = "recovery"
    #: node argv status seconds stdout stderr -- no output where a file was written
    COMMAND = "command"
    #: where type message
    ERROR = "error"
    #: path sha256 origin
    EVIDENCE = "evidence"
    #: what times looks last -- something was refused so often, and asked again until it was not
    RETRY = "retry"
    #: text
    NOTE = "note"
    #: outcome(finished|error|interrupted)
    END = "end"


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """One thing that happened: its number, both clocks, its kind and what it tells."""

    seq: int
    at: datetime
    mono: float
    kind: Kind
    data: Mapping[str, Any]

    def to_line(self) -> str:
        """The event as one line of JSON, without the line end."""
        record = {
            "seq": self.seq,
            "at": self.at.isoformat(),
            "mono": round(self.mono, 6),
            "kind": self.kind.value,
        }
        return _LINE.encode({**record, **self.data})

    @classmethod
    def from_line(cls, line: str) -> Event:
        """Read one line back; a line that is not an event is an error that says why."""
        try:
            record = json_value(line)
            return cls(
                seq=int(record.pop("seq")),
                at=datetime.fromisoformat(record.pop("at")),
                mono=_finite(float(record.pop("mono"))),
                kind=Kind(record.pop("kind")),
                data=record,
            )
        except (ValueError, KeyError, TypeError, AttributeError, RecursionError, OverflowError) as bad:
            raise JournalError(f"Not a line of a journal ({str(bad)[:200]}): {line[:80]!r}") from bad


def _finite(mono: float) -> float:
    if not math.isfinite(mono):
        raise ValueError(f"the clock cannot show {mono}")
    return mono
