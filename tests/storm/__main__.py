"""`python -m tests.storm [--runs N] [--from SEED]`: drills in a storm, none of which may pass falsely.

`--replay SEED` performs one of them again, exactly, and tells what struck it.
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

from harness.ownership import cache_root, reap
from harness.ownership import lease as leases
from tests.storm.voyage import RUN, Landing, sail

_BATCH = 50


def _batch(first: int, runs: int) -> tuple[list[Landing], str]:
    """Some voyages in a harbour of their own, and what the reap after them leaves."""
    with tempfile.TemporaryDirectory(prefix="storm-") as folder:
        os.environ["KUBEDRILL_CACHE"] = f"{folder}/cache"
        # Nobody else is to know of what is owned here.
        leases.register_leases = str  # type: ignore[assignment]
        landings = [sail(seed, Path(folder)) for seed in range(first, first + runs)]
        reap([RUN])
        left = [str(path) for part in ("leases", "vaults") for path in (cache_root() / part).glob("*")]
        return landings, ", ".join(left)


def _batches(first: int, runs: int, workers: int) -> Iterator[tuple[list[Landing], str]]:
    begins = range(first, first + runs, _BATCH)
    sizes = [min(_BATCH, first + runs - begin) for begin in begins]
    with ProcessPoolExecutor(max_workers=workers) as pool:
        yield from pool.map(_batch, begins, sizes)


def main() -> int:
    """Sail, and tell."""
    asked = argparse.ArgumentParser(prog="python -m tests.storm", description=__doc__)
    asked.add_argument("--runs", type=int, default=10_000)
    asked.add_argument("--from", type=int, default=0, dest="first")
    asked.add_argument("--workers", type=int, default=os.cpu_count() or 1)
    asked.add_argument("--replay", type=int, default=None, metavar="SEED")
    given = asked.parse_args()
    if given.replay is not None:
        given.first, given.runs, given.workers = given.replay, 1, 1
    began = time.monotonic()
    words: Counter[str] = Counter()
    blows: Counter[str] = Counter()
    wrong = 0
    for landings, left in _batches(given.first, given.runs, given.workers):
        for landing in landings:
            words[landing.word] += 1
            blows.update(one.blow for one in landing.struck)
            wrong += bool(landing.wrong)
            if landing.wrong or given.replay is not None:
                print(landing, *(f"  {one}" for one in landing.wrong), sep="\n", flush=True)
        if left:
            wrong += 1
            print(f"seeds {landings[0].seed} to {landings[-1].seed}: reap left {left}", flush=True)
    seconds = time.monotonic() - began
    print(f"{given.runs} drills in {seconds:.0f} s from seed {given.first}: {wrong} wrong")
    print("verdicts:", ", ".join(f"{word} {count}" for word, count in words.most_common()))
    print("blows:", ", ".join(f"{blow} {count}" for blow, count in blows.most_common()) or "none")
    print(f"`python -m tests.storm --replay SEED` performs one again; what it does hangs on the seed alone.")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
