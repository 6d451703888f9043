"""A story that is being told: events on a clock that the writer turns."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from harness.journal import Event, History, Kind

BEGAN = datetime(2026, 3, 1, 3, 0, tzinfo=UTC)


@dataclass
class Story:
    """Events written one after another on a clock that the writer turns."""

    events: list[Event] = field(default_factory=list)
    clock: float = 1000.0

    def write(self, kind: Kind, **data: Any) -> Event:
        event = Event(
            seq=len(self.events),
            at=BEGAN + timedelta(seconds=self.clock - 1000),
            mono=round(self.clock, 6),
            kind=kind,
            data=data,
        )
        self.events.append(event)
        return event

    def fact(self, fact: str, subject: str, moment: str, stdout: object, **more: Any) -> None:
        text = stdout if isinstance(stdout, str) else json.dumps(stdout)
        self.clock += 0.02
        argv = more.pop("argv", ["ask", fact])
        data = {"argv": argv, "status": 0, "stdout": text, "stderr": "", "seconds": 0.015, **more}
        self.write(Kind.FACT, fact=fact, subject=subject, moment=str(moment), **data)

    def history(self) -> History:
        return History(events=tuple(self.events))
