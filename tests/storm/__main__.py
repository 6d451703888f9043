"""Drills in a storm, none of which may pass falsely: `python -m tests.storm [--runs N] [--from SEED]`.

`--replay SEED` performs one of them again, exactly, and tells what struck it.
"""

from __future__ import annotations

import argparse
import gc
import os
import sys
import tempfile
import time
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from random import Random

import pytest

from harness.ownership import reap
from tests.storm.aftermath import RUN, left_behind
from tests.storm.tally import Tally
from tests.storm.voyage import Berth, Landing, sail_together

#: A journal is brought to the disk line by line, which takes longer than all the rest: in memory it takes no time.
_IN_MEMORY = Path("/dev/shm")


def _batch(seeds: Sequence[int]) -> tuple[list[Landing], str]:
    """Some voyages in a harbour of their own, and what a reap after them leaves."""
    # Drills make much that lasts and few cycles: to look for those less often saves a twentieth.
    gc.set_threshold(50_000, 20, 20)
    harbours = _IN_MEMORY if os.access(_IN_MEMORY, os.W_OK) else None
    with tempfile.TemporaryDirectory(prefix="storm-", dir=harbours) as folder, pytest.MonkeyPatch.context() as patch:
        patch.setenv("KUBEDRILL_CACHE", f"{folder}/harbour/cache")
        # Nobody else is to know of what is owned here.
        patch.setattr("harness.ownership.lease.register_leases", str)
        landings = [landing for some in _by_berth(seeds) for landing in sail_together(some, Path(folder) / "harbour")]
        reap([RUN])
        return landings, ", ".join(map(str, left_behind()))


def _by_berth(seeds: Iterable[int]) -> Iterator[list[int]]:
    together: dict[Berth, list[int]] = {}
    for seed in seeds:
        together.setdefault(Berth.of(seed, Random(seed)), []).append(seed)
    yield from together.values()


def _batches(first: int, runs: int, workers: int) -> Iterator[tuple[list[Landing], str]]:
    """Drill by drill, because the calm weather before each takes its time."""
    together: dict[tuple[str, int, bool], list[int]] = {}
    for some in _by_berth(range(first, first + runs)):
        berth = Berth.of(some[0], Random(some[0]))
        together.setdefault((berth.drill, berth.world, berth.sabotage is not None), []).extend(some)
    with ProcessPoolExecutor(max_workers=workers) as pool:
        yield from pool.map(_batch, (together[key] for key in sorted(together)))


def _processor_seconds() -> float:
    """What this process and its workers, once they have ended, have had."""
    told = os.times()
    return told.user + told.system + told.children_user + told.children_system


def main(given: Sequence[str]) -> int:
    """Sail, and tell."""
    asked = argparse.ArgumentParser(prog="python -m tests.storm", description=__doc__)
    asked.add_argument("--runs", type=int, default=10_000, help="How many drills; 10,000 by default.")
    asked.add_argument("--from", type=int, default=0, dest="first", metavar="SEED", help="The first seed.")
    asked.add_argument("--workers", type=int, default=os.cpu_count() or 1, help="How many at once.")
    asked.add_argument("--replay", type=int, metavar="SEED", help="Only this one, and what struck it.")
    wish = asked.parse_args(given)
    if wish.runs < 1 or wish.workers < 1:
        asked.error("a storm has at least one drill, and one worker")
    began = time.monotonic()
    tally = Tally()
    if wish.replay is not None:
        landings, left = _batch([wish.replay])
        sys.stdout.write(f"{landings[0]}\n")
        told = list(tally.add(landings, left))
    else:
        told = []
        for landings, left in _batches(wish.first, wish.runs, wish.workers):
            for line in tally.add(landings, left):
                sys.stdout.write(f"{line}\n")
                sys.stdout.flush()
    sys.stdout.write(
        "".join(f"{line}\n" for line in (*told, *tally.lines(time.monotonic() - began, _processor_seconds())))
    )
    if wish.replay is None and not tally.struck:
        sys.stdout.write("No drill was struck, so this was no storm.\n")
        return 1
    return 1 if tally.wrong else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
