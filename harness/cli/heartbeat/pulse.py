"""Whether heartbeats are there, fresh, and of runs that passed."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from harness.cli.exit_status import ExitStatus
from harness.cli.heartbeat.beat import Beat, parse_beat
from harness.errors import SpecError, hinted

_UNITS = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days"}
#: Two hosts' clocks differ; a heartbeat of further ahead was written by a clock that nobody can rely on.
_SKEW = timedelta(minutes=5)
_LIMIT = 1024 * 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class Pulse:
    """What one file, or all of them together, come to."""

    what: str
    status: ExitStatus
    said: str


def parse_age(text: str) -> timedelta:
    """The time that a text such as '26h' means."""
    match = re.fullmatch(r"([0-9]{1,6})([smhd])", text)
    if match is None or int(match[1]) == 0:
        raise hinted(SpecError(f"'{text}' is no age"), "Give a number and its unit, such as 90m, 26h or 8d.")
    return timedelta(**{_UNITS[match[2]]: int(match[1])})


def feel(files: Sequence[Path], now: datetime, max_age: timedelta, drills: Sequence[str] = ()) -> tuple[Pulse, ...]:
    """A pulse for each file, and one more where they are of shards that make no whole, or lack one of these drills."""
    read = [(file, _read(file)) for file in files]
    pulses = [
        Pulse(what=str(file), status=ExitStatus.CANNOT_TELL, said=beat)
        if isinstance(beat, str)
        else _of(file, beat, now, max_age)
        for file, beat in read
    ]
    beats = [beat for _, beat in read if isinstance(beat, Beat)]
    for trouble in filter(None, (_gap(beats), _lack(beats, drills))):
        pulses.append(Pulse(what="together", status=ExitStatus.CANNOT_TELL, said=trouble))
    return tuple(pulses)


def worst(pulses: Sequence[Pulse]) -> ExitStatus:
    """What all come to: a restore that does not work goes before what nobody can tell, as for the drills of a run."""
    statuses = {pulse.status for pulse in pulses}
    if ExitStatus.FAILED in statuses:
        return ExitStatus.FAILED
    return ExitStatus.PASSED if statuses == {ExitStatus.PASSED} else ExitStatus.CANNOT_TELL


def _read(file: Path) -> Beat | str:
    try:
        with file.open("rb") as opened:
            return parse_beat(opened.read(_LIMIT))
    except FileNotFoundError:
        return "there is no heartbeat: no run has ended, or it could not leave one"
    except OSError as refused:
        return f"it cannot be read: {refused.strerror}"
    except ValueError as bad:
        return str(bad)


def _of(file: Path, beat: Beat, now: datetime, max_age: timedelta) -> Pulse:
    age = now - beat.ended
    which = f"the run '{beat.run}'" if beat.run else "a run that never began"
    told = f"{which} {beat.word} {_long(age)} ago" if beat.word in ("passed", "failed") else f"{which} was {beat.word}"
    status = ExitStatus.CANNOT_TELL
    if age < -_SKEW:
        said = f"{which} ended {_long(-age)} from now: a clock is wrong"
    elif age > max_age:
        said = f"it is stale: {told}, and no run has ended since" if beat.word == "passed" else f"it is stale: {told}"
        said += f"; it may be {_long(max_age)} old"
    elif beat.why_no_proof:
        said = f"{told}, but {beat.why_no_proof}"
    else:
        said = told
        status = ExitStatus(beat.status) if beat.status in (0, 1) else ExitStatus.CANNOT_TELL
    return Pulse(what=str(file), status=status, said=said)


def _gap(beats: Sequence[Beat]) -> str:
    """Why heartbeats of shards do not make a whole; empty if they do, or are of whole runs."""
    parts = [beat for beat in beats if beat.shard]
    if not parts:
        return ""
    if len({(beat.division, beat.shard.partition("/")[2]) for beat in parts}) > 1:
        return "the shards are of different divisions, so a drill may have been performed by none of them"
    of = parts[0].shard.partition("/")[2]
    wanted = {f"{number}/{of}" for number in range(1, int(of) + 1)} if of.isdecimal() and len(of) < 5 else {"?"}
    there = {beat.shard for beat in parts}
    if there != wanted:
        missing = ", ".join(sorted(wanted - there, key=lambda shard: (len(shard), shard)))
        return f"there is no heartbeat of the shard {missing}"
    return ""


def _lack(beats: Sequence[Beat], drills: Sequence[str]) -> str:
    """Which of the drills that have to be performed no run performed; empty if none."""
    performed = {drill for beat in beats for drill in beat.drills}
    missing = [f"'{drill}'" for drill in drills if drill not in performed]
    return f"no run performed {', '.join(missing)}" if missing else ""


def _long(span: timedelta) -> str:
    minutes = max(0, round(span.total_seconds() / 60))
    if minutes < 120:
        return f"{minutes} min"
    hours = minutes / 60
    return f"{hours:.0f} h" if hours < 72 else f"{hours / 24:.0f} days"
