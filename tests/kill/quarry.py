"""A run that is going on, and its processes by what they do."""

from __future__ import annotations

import contextlib
import os
import signal
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from subprocess import Popen

from harness.errors import JournalError
from harness.journal import Event, Kind
from harness.ownership import Host
from harness.ownership.host import parent_of
from harness.ownership.processes import session_members
from tests.kill.aim import Aim, Target

_LOOK = 0.02


class MissedError(Exception):
    """The run ended before the moment came."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Quarry:
    """One `kubedrill run`, with the folder of its reports."""

    process: Popen[str]
    reports: Path
    began: float

    @property
    def run(self) -> str:
        """Its name, empty as long as it has none."""
        found = [path.name for path in self.reports.glob("*-*-*") if path.is_dir() and not path.is_symlink()]
        return found[0] if found else ""

    def await_moment(self, aim: Aim, patience: float) -> None:
        """Come back when it is time to strike."""
        ends = time.monotonic() + patience
        if aim.phase:
            while aim.phase not in self._phases(aim.drill):
                self._look_on(ends, f"the phase '{aim.phase}'")
            strikes = time.monotonic() + aim.seconds
        else:
            strikes = self.began + aim.seconds
        while time.monotonic() < strikes:
            self._look_on(ends, aim.moment)
        while not self.run or (aim.target is not Target.PARENT and not self.numbers(aim)):
            self._look_on(ends, f"a {aim.target} to strike")

    def numbers(self, aim: Aim) -> tuple[int, ...]:
        """The processes that are meant."""
        host, parent = Host(), self.process.pid
        leaders = [n for n, folder in host.processes() if parent_of(folder) == parent and _leads(n)]
        if aim.target is Target.PARENT:
            return (parent,)
        if aim.target is Target.PYTEST:
            return tuple(leaders)
        if aim.target is Target.SESSION:
            return (parent, *(number for leader in leaders for number in session_members(leader, host)))
        return self.performers(aim.drill)

    def performers(self, drill: str) -> tuple[int, ...]:
        """The process that performs a drill: it has the journal open; whoever began the run reads it as well."""
        journal = self.reports / self.run / drill / "journal.jsonl"
        others = (number for number, _ in Host().processes() if number != self.process.pid)
        return tuple(number for number in others if _has_open(number, journal))[:1]

    def strike(self, aim: Aim) -> tuple[int, ...]:
        """Send the signal to each of them, as nearly at once as it can be done; say whom it reached."""
        reached = []
        for number in self.numbers(aim):
            with contextlib.suppress(ProcessLookupError):
                os.kill(number, aim.signal)
                reached.append(number)
        return tuple(reached)

    def stop_politely(self) -> None:
        """Ctrl-C, for what goes on after the strike."""
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGINT)

    def phase(self, drill: str) -> str:
        """The phase in which a drill is, or what it is instead."""
        events = self._events(drill)
        if any(event.kind is Kind.END for event in events):
            return "ended"
        told = [event.data for event in events if event.kind is Kind.PHASE]
        if not told:
            return "begun" if events else "not begun"
        return str(told[-1]["name"]) if told[-1]["state"] == "start" else f"after {told[-1]['name']}"

    def _phases(self, drill: str) -> Sequence[str]:
        return [str(event.data["name"]) for event in self._events(drill) if event.kind is Kind.PHASE]

    def _events(self, drill: str) -> list[Event]:
        journal = self.reports / self.run / drill / "journal.jsonl"
        text = journal.read_text(errors="replace") if self.run and journal.exists() else ""
        return list(_whole_events(text))

    def _look_on(self, ends: float, what: str) -> None:
        if self.process.poll() is not None:
            raise MissedError(f"it ended with status {self.process.returncode} before {what}")
        if time.monotonic() > ends:
            raise MissedError(f"{what} never came")
        time.sleep(_LOOK)


def _whole_events(text: str) -> Iterator[Event]:
    for line in text[: text.rfind("\n") + 1].splitlines():
        with contextlib.suppress(JournalError):
            yield Event.from_line(line)


def _leads(number: int) -> bool:
    with contextlib.suppress(ProcessLookupError):
        return os.getsid(number) == number
    return False


def _has_open(number: int, path: Path) -> bool:
    with contextlib.suppress(OSError):
        return any(one.readlink() == path for one in Path(f"/proc/{number}/fd").iterdir() if one.is_symlink())
    return False
