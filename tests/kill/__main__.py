"""Drills that are killed, of which nothing may be left: `python -m tests.kill [--kills N] [--provider NAME]`.

Each kill has its signal, its target and its moment from one seed, says them before it strikes, and is followed by a
reap, a look at the host and reports made anew. At the end a drill that nobody kills has to pass.
"""

from __future__ import annotations

import argparse
import contextlib
import shutil
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from random import SystemRandom

from tests.kill.aim import PACES, Aim, aims
from tests.kill.bystander import bystanders
from tests.kill.quarry import MissedError
from tests.kill.shot import Range, Shot
from tests.kill.tally import page
from tests.real.inotify import room_for_watches
from tests.real.running import kubedrill, report

#: Of the drills the two that take the least time.
DRILLS = ("os-disk-swap", "os-disk-swap-worker")
#: A run may be over before a late moment; then another one is drawn.
_MISSES = 20


def main(given: Sequence[str]) -> int:
    """Kill, and tell."""
    wish = _wish(given)
    seed = SystemRandom().randrange(1 << 32) if wish.seed is None else wish.seed
    folder = Path(tempfile.mkdtemp(prefix="kubedrill-kill-"))
    _say(f"{wish.kills} kills, provider {wish.provider}, seed {seed}; reports in {folder}")
    with contextlib.ExitStack() as stack:
        others = stack.enter_context(bystanders(folder, real=wish.provider != "rehearsal"))
        stack.enter_context(room_for_watches(real=wish.provider != "rehearsal"))
        place = Range(
            provider=wish.provider,
            drills=DRILLS,
            workers=wish.workers,
            pace=PACES[wish.provider],
            folder=folder,
            others=others,
        )
        shots = _shots(place, seed, wish.kills)
        last = _last(place)
    lines = list(page(shots, provider=wish.provider, seed=seed, last=last))
    wish.table.parent.mkdir(parents=True, exist_ok=True)
    wish.table.write_text("".join(f"{line}\n" for line in lines))
    _say("\n".join(("", *lines)))
    fine = last == "passed" and len(shots) == wish.kills and not any(shot.wrong for shot in shots)
    if fine:
        shutil.rmtree(folder, ignore_errors=True)
    return 0 if fine else 1


def _wish(given: Sequence[str]) -> argparse.Namespace:
    asked = argparse.ArgumentParser(prog="python -m tests.kill", description=__doc__)
    asked.add_argument("--kills", type=int, default=30, help="How many; 30 by default.")
    asked.add_argument("--provider", choices=sorted(PACES), default="container")
    asked.add_argument("--workers", type=int, default=2, help="How many drills go on at once.")
    asked.add_argument("--seed", type=int, help="Of all chance; another one each time by default.")
    asked.add_argument("--table", type=Path, default=Path("reports/kills.md"), help="Where the table goes.")
    wish = asked.parse_args(given)
    if wish.kills < 1 or wish.workers < 1:
        asked.error("at least one kill, and one worker")
    return wish


def _shots(place: Range, seed: int, kills: int) -> list[Shot]:
    shots = []
    began = time.monotonic()
    for number, aim in enumerate(aims(seed, kills, place.drills, place.pace), start=1):
        shot = _shot(place, aim, seed)
        if shot is None:
            break
        shots.append(shot)
        for line in (f"  {shot.outcome}, clean after {shot.seconds:.1f} s", *(f"  WRONG: {one}" for one in shot.wrong)):
            _say(line)
        if not shot.wrong:
            shutil.rmtree(place.folder / f"kill-{number}", ignore_errors=True)
    _say(f"{len(shots)} kills in {time.monotonic() - began:.0f} s")
    return shots


def _shot(place: Range, aim: Aim, seed: int) -> Shot | None:
    """The kill, drawn anew where its run was over before the moment came."""
    for attempt in range(_MISSES):
        _say(f"{aim.number:3d}  {aim}")
        try:
            return place.shoot(aim)
        except MissedError as missed:
            _say(f"     missed: {missed}")
            shutil.rmtree(place.folder / f"kill-{aim.number}", ignore_errors=True)
            drawn = aims(seed + 1 + attempt, aim.number, place.drills, place.pace)[-1]
            # Whom it hits with what stays: only the moment is another.
            aim = aim.at(drawn.drill, drawn.phase, drawn.seconds)
    return None


def _last(place: Range) -> str:
    """How a drill ends that nobody kills."""
    done = kubedrill("run", place.drills[0], "--provider", place.provider, "--reports", str(place.folder / "last"))
    word = str(report(place.folder / "last", place.drills[0])["verdict"])
    return word if done.returncode == 0 else f"{word}, with status {done.returncode}"


def _say(text: str) -> None:
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
