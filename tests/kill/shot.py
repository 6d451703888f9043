"""One kill, and all that has to hold after it."""

from __future__ import annotations

import json
import signal
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from subprocess import TimeoutExpired
from typing import Any

from harness.errors import JournalError
from harness.journal import Kind, read_journal
from harness.ownership import read_leases
from tests.kill.aim import Aim, Pace, Target
from tests.kill.bystander import Bystanders
from tests.kill.quarry import MissedError, Quarry
from tests.real.running import kubedrill, left_on_host, started

#: A run that was told to end has a minute for its labs; then it is ended, and reaped.
_END = 180.0
#: Phases in which all has been looked at, or may have been before the signal was heard.
_OVER = ("ended", "after teardown")
_AT_ONCE, _HEARD = 0.05, 2.0
#: How long the harness of a drill whose neighbour goes on may take to see that a worker is gone.
_NOTICED = 3.0


@dataclass(slots=True, kw_only=True)
class Shot:
    """How a kill went."""

    aim: Aim
    run: str = ""
    phases: dict[str, str] = field(default_factory=dict)
    #: The drills whose performer heard the signal, or cannot go on without who heard it.
    struck: frozenset[str] = frozenset()
    #: By the clock of the files that the drills write.
    struck_at: float = 0.0
    seconds: float = 0.0
    status: int | None = None
    verdicts: dict[str, str] = field(default_factory=dict)
    wrong: list[str] = field(default_factory=list)

    @property
    def outcome(self) -> str:
        """What became of the run, in a few words."""
        told = ", ".join(f"{drill} {word}" for drill, word in sorted(self.verdicts.items()))
        return f"{told or 'no drill had begun'}; status {self.status}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Range:
    """Where kills take place."""

    provider: str
    drills: tuple[str, ...]
    workers: int
    pace: Pace
    folder: Path
    others: Bystanders

    def shoot(self, aim: Aim) -> Shot:
        """Begin a run, strike it, and look at what is left; a run that ended before its moment raises MissedError."""
        shot = Shot(aim=aim)
        reports = self.folder / f"kill-{aim.number}"
        words = ("run", *self.drills, "-n", str(self.workers), "--provider", self.provider, "--reports", str(reports))
        with started(*words) as process:
            quarry = Quarry(process=process, reports=reports, began=time.monotonic())
            quarry.await_moment(aim, self.pace.patience)
            shot.run = quarry.run
            shot.phases = {drill: quarry.phase(drill) for drill in self.drills}
            performers = {drill: quarry.performers(drill) for drill in self.drills}
            told, shot.struck_at = time.monotonic(), time.time()
            reached = quarry.strike(aim)
            if not reached:
                raise MissedError(f"the {aim.target} was gone")
            shot.struck = frozenset(one for one in self.drills if _is_struck(aim, set(performers[one]) & set(reached)))
            told = self._await_end(quarry, shot) or told
        if _was_over(shot):
            raise MissedError(f"it ended with status {shot.status} as the signal came")
        if process.returncode >= 0:
            # Where the parent lived on, it has left nothing for anybody to reap.
            shot.wrong += [f"left by a parent that lived: {one}" for one in self._left(shot.run)]
        reaped = kubedrill("reap")
        shot.seconds = time.monotonic() - told
        if reaped.returncode != 0:
            shot.wrong.append(f"`kubedrill reap` ended with status {reaped.returncode}: {reaped.stdout.strip()}")
        shot.wrong += [f"left: {one}" for one in self._left(shot.run)]
        shot.wrong += [f"a bystander was harmed: {one}" for one in self.others.missing()]
        shot.wrong += self._lies(shot, reports / shot.run)
        if shot.status is not None and shot.status not in _expected(shot):
            shot.wrong.append(f"the run ended with status {shot.status} instead of {_expected(shot)[0]}")
        return shot

    def _await_end(self, quarry: Quarry, shot: Shot) -> float | None:
        """Wait for the end of the run; where the signal alone does not bring it, say when another did."""
        aim, told = shot.aim, None
        try:
            if aim.target is Target.WORKER:
                # The drill beside it goes on: to its end, or until Ctrl-C.
                if aim.spares_neighbour:
                    quarry.process.wait(self.pace.patience)
                else:
                    time.sleep(_NOTICED)
                    told = time.monotonic()
                    quarry.stop_politely()
            shot.status = quarry.process.wait(_END)
        except TimeoutExpired:
            shot.wrong.append(f"it did not end within {_END:.0f} s")
        return told

    def _left(self, run: str) -> Iterator[str]:
        yield from left_on_host((run,))
        yield from (f"lease: {lease.name}" for lease in read_leases() if lease.run == run)

    def _lies(self, shot: Shot, folder: Path) -> Iterator[str]:
        """What is false about the reports, made anew from what lies there."""
        for made in folder.glob("*/report.*"):
            made.unlink()
        begun = [drill for drill in self.drills if (folder / drill / "journal.jsonl").exists()]
        rebuilt = kubedrill("report", str(folder))
        if not begun:
            if rebuilt.returncode == 0:
                yield "`kubedrill report` made something of nothing"
            return
        for drill in begun:
            report = _report(folder / drill)
            word = shot.verdicts[drill] = str(report.get("verdict", "without a report"))
            # What was over before the strike may have passed, and so may what nobody struck.
            was_over = shot.phases[drill] in _OVER or _ended_by(folder / drill, shot)
            unharmed = was_over or drill not in shot.struck
            if word not in ("errored", "inconclusive") and not (unharmed and word == "passed"):
                yield f"'{drill}' was struck in '{shot.phases[drill]}' and is called '{word}': {report.get('cause')}"
            elif shot.aim.spares_neighbour and word != "passed" and drill not in shot.struck:
                yield f"'{drill}' was not struck and is called '{word}': {report.get('cause')}"
            elif word != "passed" and not report.get("cause"):
                yield f"'{drill}' is called '{word}' without a cause"
        # A drill that had not begun counts as errored.
        passed = len(begun) == len(self.drills) and set(shot.verdicts.values()) == {"passed"}
        if rebuilt.returncode != (0 if passed else 3):
            yield f"`kubedrill report` ended with status {rebuilt.returncode}: {rebuilt.stdout}{rebuilt.stderr}"


def _expected(shot: Shot) -> tuple[int, ...]:
    """With which status the run has to end; a rehearsal may be over before the second signal is heard."""
    aim = shot.aim
    if aim.target in (Target.PARENT, Target.SESSION):
        return (-signal.SIGKILL if aim.signal is signal.SIGKILL else 128 + aim.signal,)
    if aim.target is Target.WORKER and not aim.spares_neighbour:
        return 128 + signal.SIGINT, 3
    if aim.target is Target.PYTEST and aim.signal is not signal.SIGKILL and set(shot.verdicts.values()) == {"passed"}:
        # Pytest waits some seconds for its workers, and a rehearsal may come to its end in them.
        return (0,)
    return (3,)


def _was_over(shot: Shot) -> bool:
    """Whether who was to be killed had ended by itself: nobody outlives SIGKILL, and an ended one takes it too."""
    killed = shot.aim.target in (Target.PARENT, Target.SESSION) and shot.aim.signal is signal.SIGKILL
    return killed and shot.status is not None and shot.status >= 0


def _is_struck(aim: Aim, reached: set[int]) -> bool:
    """Whether a drill whose performer was reached, or was not, has to notice."""
    if aim.target is Target.PYTEST:
        # Told politely it waits for its workers; killed, it takes them along.
        return aim.signal is signal.SIGKILL
    return bool(reached) or aim.target in (Target.PARENT, Target.SESSION)


def _ended_by(folder: Path, shot: Shot) -> bool:
    """Whether a drill had come to its end when it was struck: between the look at it and the strike time goes by."""
    journal = folder / "journal.jsonl"
    try:
        end = read_journal(journal).last(Kind.END)
    except JournalError:
        return False
    ended = end is not None and end.data.get("outcome") == "finished"
    # A signal that asks is heard only after what is being done.
    patience = _HEARD if shot.aim.signal is not signal.SIGKILL else _AT_ONCE
    return ended and journal.stat().st_mtime <= shot.struck_at + patience


def _report(folder: Path) -> dict[str, Any]:
    try:
        found: dict[str, Any] = json.loads((folder / "report.json").read_text())
    except (OSError, ValueError):
        return {}
    return found
