"""Fast drills, over and over, for as long as asked: `python -m tests.soak [--minutes N] [--provider NAME]`.

The first round performs every drill whose lab is small; what passes slower than `--at-most` seconds is left out of the
rounds after it. The table is written anew after each round, so that whoever ends the soak has what it found by then.
"""

from __future__ import annotations

import argparse
import contextlib
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from harness.cli.commands.options import known_drills
from harness.cli.run.choice import offered_on
from harness.ownership import host_state
from harness.report.files import replace_file
from harness.report.spread import repeated, spread_page
from harness.report.table import SIMULATED
from harness.spec import Role, parse_shape
from harness.spec.settings import Settings
from harness.verdict.verdict import Word
from harness.verdict.wording import counted
from tests.real.inotify import room_for_watches
from tests.real.running import kubedrill
from tests.soak.round import Round, perform

#: Labs of so many machines, spares left out, are made and broken in a minute or two.
_FEW = 2


def main(given: Sequence[str]) -> int:
    """Perform rounds, and tell."""
    wish = _wish(given)
    real = wish.provider != "rehearsal"
    drills = tuple(wish.drills or small_drills(wish.provider))
    before = host_state()
    rounds: list[Round] = []
    with contextlib.suppress(KeyboardInterrupt), room_for_watches(real=real):
        for one in soak(drills, wish.minutes * 60, wish.at_most, lambda some: _perform(some, wish)):
            rounds.append(one)
            replace_file(wish.table, page(rounds, wish).encode())
            sys.stdout.write(f"{len(rounds):3d}  {_said(one)}\n")
            sys.stdout.flush()
    reaped = kubedrill("reap")
    wrong = [*before.changes(host_state()), *([reaped.stdout.strip()] if reaped.returncode != 0 else [])]
    text = page(rounds, wish, wrong)
    replace_file(wish.table, text.encode())
    sys.stdout.write(f"\n{text}")
    return 0 if rounds and not wrong and all(one.passed for one in rounds) else 1


def soak(
    drills: Sequence[str],
    seconds: float,
    at_most: float,
    performed: Callable[[Sequence[str]], Round],
    clock: Callable[[], float] = time.monotonic,
) -> Iterator[Round]:
    """Rounds until the next would not end in time; the first is performed however long it takes."""
    began, longest = clock(), 0.0
    while drills and (not longest or clock() - began + longest <= seconds):
        one = performed(drills)
        yield one
        slow = {report.get("drill") for report in one.reports if _is_slow(report, at_most)}
        drills = tuple(drill for drill in drills if drill not in slow)
        longest = one.seconds if slow else max(longest, one.seconds)


def small_drills(provider: str) -> tuple[str, ...]:
    """The drills that the provider can perform with few machines."""
    offered, _ = offered_on(provider, known_drills(Settings()))
    return tuple(
        one.name for one in offered if sum(node.role is not Role.SPARE for node in parse_shape(one.lab).nodes) <= _FEW
    )


def page(rounds: Sequence[Round], wish: argparse.Namespace, wrong: Sequence[str] = ()) -> str:
    """Pass rates, spreads and causes, under the conditions of the soak."""
    reports = [{"run": one.run, **report} for one in rounds for report in one.reports]
    names = dict.fromkeys(str(report.get("drill")) for report in reports)
    drills = [repeated(name, [one for one in reports if one.get("drill") == name]) for name in names]
    # Of phases a night has too many rows for a page; they are in the reports of what did not pass.
    drills = [replace(one, spreads=tuple(of for of in one.spreads if "phase" not in of.name)) for one in drills]
    passed, count = sum(one.passed for one in drills), sum(len(one.rounds) for one in drills)
    minutes = sum(one.seconds for one in rounds) / 60
    notes = [
        f"Provider {wish.provider}, {wish.workers} drills at a time, {counted(len(rounds), 'round')} "
        f"in {minutes:.0f} minutes: {passed} of {count} drills passed."
    ]
    notes += [SIMULATED] if wish.provider == "rehearsal" else []
    notes += [f"- left by run {one.run}: {thing}" for one in rounds for thing in one.left]
    notes += [f"- on the host: {thing}" for thing in wrong]
    return spread_page("Soak", drills, notes)


def _perform(drills: Sequence[str], wish: argparse.Namespace) -> Round:
    return perform(drills, wish.provider, wish.workers, wish.table.parent / "soak")


def _said(one: Round) -> str:
    bad = [
        f"{report.get('drill')} {report.get('verdict')}: {report.get('cause')}"
        for report in one.reports
        if report.get("verdict") != Word.PASSED
    ]
    left = [f"left: {thing}" for thing in one.left]
    return f"{one.seconds:7.1f} s  {len(one.reports) - len(bad)} passed" + "".join(f"\n     {x}" for x in (*bad, *left))


def _is_slow(report: Mapping[str, Any], at_most: float) -> bool:
    return report.get("verdict") == Word.PASSED and float(report.get("seconds") or 0.0) > at_most


def _wish(given: Sequence[str]) -> argparse.Namespace:
    asked = argparse.ArgumentParser(prog="python -m tests.soak", description=__doc__)
    asked.add_argument("drills", nargs="*", metavar="DRILL", help="These instead of all fast ones.")
    asked.add_argument("--minutes", type=float, default=60.0, help="For how long; 60 by default.")
    asked.add_argument("--provider", default="container")
    asked.add_argument("--workers", type=int, default=2, help="How many drills go on at once.")
    asked.add_argument("--at-most", type=float, default=180.0, help="Seconds that a fast drill takes.")
    asked.add_argument("--table", type=Path, default=Path("reports/soak.md"), help="Where the table goes.")
    wish = asked.parse_args(given)
    if wish.minutes <= 0 or wish.workers < 1:
        asked.error("some time, and at least one worker")
    wish.table = wish.table.absolute()
    wish.table.parent.mkdir(parents=True, exist_ok=True)
    return wish


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
