"""Hostile input for all that reads text from outside: `python -m tests.fuzz [--runs N] [--from SEED]`.

`--replay SEED` makes one input again, exactly, and tells what became of it. `--only WORDS` tries readers of such names.
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from pathlib import Path

from tests.fuzz.desk import FOLDER
from tests.fuzz.parser import Parser
from tests.fuzz.parsers import all_parsers
from tests.fuzz.tally import Tally
from tests.fuzz.trial import Trial, chosen, limited, tried

_BATCH = 2_000
_CACHE = "KUBEDRILL_CACHE"


def _batch(first: int, runs: int, only: str) -> Tally:
    """Some trials in one process."""
    parsers, tally = _wanted(only), Tally()
    with limited():
        for seed in range(first, first + runs):
            tally.add(tried(seed, parsers))
    return tally


def _wanted(only: str) -> tuple[Parser, ...]:
    return tuple(one for one in all_parsers() if only in one.name)


def _batches(first: int, runs: int, workers: int, only: str) -> Iterator[Tally]:
    begins = range(first, first + runs, _BATCH)
    sizes = [min(_BATCH, first + runs - begin) for begin in begins]
    with ProcessPoolExecutor(max_workers=workers) as pool:
        yield from pool.map(_batch, begins, sizes, [only] * len(begins))


def _replayed(seed: int, only: str) -> Trial:
    parsers = _wanted(only)
    sys.stdout.write(f"{chosen(seed, parsers)[0].name}: {chosen(seed, parsers)[1]!r}\n")
    with limited():
        return tried(seed, parsers)


def _saved(trial: Trial, folder: Path) -> Path:
    """The input as what Python reads back."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{trial.seed}.txt"
    path.write_text(f"{trial.parser}\n{trial.wrong}\n{trial.given}\n", errors="backslashreplace")
    return path


def _asked(given: Sequence[str]) -> argparse.Namespace:
    asked = argparse.ArgumentParser(prog="python -m tests.fuzz", description=__doc__)
    asked.add_argument("--runs", type=int, default=1_000_000, help="How many inputs; 1,000,000 by default.")
    asked.add_argument("--from", type=int, default=0, dest="first", metavar="SEED", help="The first seed.")
    asked.add_argument("--workers", type=int, default=os.cpu_count() or 1, help="How many processes.")
    asked.add_argument("--replay", type=int, metavar="SEED", help="Only this one, and what became of it.")
    asked.add_argument("--only", default="", metavar="WORDS", help="Only readers whose names hold these words.")
    asked.add_argument("--save", type=Path, default=Path("reports/fuzz"), metavar="DIR", help="Where bad inputs go.")
    wish = asked.parse_args(given)
    if wish.runs < 1 or wish.workers < 1:
        asked.error("there is at least one input, and one worker")
    if not _wanted(wish.only):
        asked.error(f"no reader's name holds '{wish.only}'")
    return wish


def main(given: Sequence[str]) -> int:
    """Try, and tell."""
    with tempfile.TemporaryDirectory(prefix="kd-fuzz-", dir=_memory()) as folder:
        os.environ |= {FOLDER: folder, _CACHE: f"{folder}/cache"}
        return _main(_asked(given))


def _main(wish: argparse.Namespace) -> int:
    began, total = time.monotonic(), Tally()
    if wish.replay is not None:
        total.add(_replayed(wish.replay, wish.only))
        sys.stdout.write(f"{total.wrong[0].wrong if total.wrong else 'read, or refused as it should be'}\n")
        return 1 if total.wrong else 0
    try:
        for tally in _batches(wish.first, wish.runs, wish.workers, wish.only):
            for trial in tally.wrong:
                sys.stdout.write(f"seed {trial.seed}: {trial.parser}: {trial.wrong}\n  {_saved(trial, wish.save)}\n")
                sys.stdout.flush()
            total += tally
    except BrokenProcessPool:
        sys.stdout.write(f"A worker died within {_BATCH * wish.workers} seeds after {wish.first + total.runs}.\n")
        return 1
    sys.stdout.write("".join(f"{line}\n" for line in total.lines(time.monotonic() - began)))
    return 1 if total.wrong or total.is_idle else 0


def _memory() -> str | None:
    """Files that are read once have no business on a disk."""
    return "/dev/shm" if os.access("/dev/shm", os.W_OK) else None


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
