"""How far each drill of a run is, as its journal tells."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from harness.journal import Event, Kind
from harness.providers.seam import Fidelity


@dataclass(frozen=True, slots=True, kw_only=True)
class Stretch:
    """Something that has begun."""

    name: str
    since: datetime


@dataclass(slots=True)
class DrillProgress:
    """One drill: the phases and waits that are open, innermost last."""

    name: str
    started: datetime | None = None
    ended: datetime | None = None
    outcome: str = ""
    error: str = ""
    phases: list[Stretch] = field(default_factory=list)
    waits: dict[int, Stretch] = field(default_factory=dict)
    #: Where time is simulated, that of the newest event; the host's clock has nothing to do with it.
    simulated: datetime | None = None

    def take(self, event: Event) -> None:
        """Follow one event."""
        data = event.data
        if self.simulated or data.get("fidelity") == Fidelity.REHEARSAL:
            self.simulated = event.at
        if event.kind is Kind.DRILL:
            self.started = event.at
        elif event.kind is Kind.PHASE:
            self._take_phase(str(data.get("name", "")), data.get("state") == "start", event.at)
        elif event.kind is Kind.WAIT:
            if data.get("state") == "start":
                self.waits[int(data.get("id", 0))] = Stretch(name=str(data.get("on", "")), since=event.at)
            else:
                self.waits.pop(int(data.get("id", 0)), None)
        elif event.kind is Kind.ERROR:
            self.error = self.error or str(data.get("message", ""))
        elif event.kind is Kind.END:
            self.ended, self.outcome = event.at, str(data.get("outcome", ""))
            self.phases.clear()
            self.waits.clear()

    @property
    def phase(self) -> str:
        """The innermost open phase, or what stands for none."""
        if self.ended is not None:
            return self.outcome or "ended"
        return self.phases[-1].name if self.phases else ("starting" if self.started is None else "")

    @property
    def waiting(self) -> Stretch | None:
        """What has been waited for since longest."""
        return min(self.waits.values(), key=lambda wait: wait.since, default=None)

    def waited(self, wait: Stretch, now: datetime) -> timedelta:
        """Since a wait began."""
        return (self.simulated or now) - wait.since

    def elapsed(self, now: datetime) -> timedelta:
        """Since the drill began, until now or its end."""
        return (self.ended or self.simulated or now) - self.started if self.started is not None else timedelta(0)

    def in_phase(self, now: datetime) -> timedelta:
        """Since the innermost phase began."""
        return (self.simulated or now) - self.phases[-1].since if self.phases else timedelta(0)

    def _take_phase(self, name: str, begins: bool, at: datetime) -> None:
        if begins:
            self.phases.append(Stretch(name=name, since=at))
            return
        for position in range(len(self.phases) - 1, -1, -1):
            if self.phases[position].name == name:
                del self.phases[position]
                return
