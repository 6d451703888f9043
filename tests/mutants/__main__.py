"""The oracle, changed in one place at a time; a test has to notice each: `python -m tests.mutants`.

`--only KEY` tries one again, and says which test notices it; `--only FILE` does it with all of a file.
"""

from __future__ import annotations

import argparse
import hashlib
import os
import random
import signal
import sys
import time
from collections.abc import Iterator, Sequence
from itertools import chain
from pathlib import Path

import pytest

from tests.mutants import equivalents
from tests.mutants.hunt import Fate, Hunt, HuntError
from tests.mutants.mutant import Mutant, mutants
from tests.mutants.switches import Switch, switches
from tests.mutants.tally import Tally
from tests.mutants.trial import OPTIONS

_CODE, _TESTS = ("harness/verdict", "harness/facts"), ("tests/verdict", "tests/facts", "tests/drill/test_planned.py")
#: What stands outside of functions there is what machines are asked; no judge sees it.
_ASKED = "harness/facts"
_EVERY_SECONDS = 60


class _Session:
    """Hunts as soon as pytest has collected, instead of running the tests."""

    def __init__(self, wish: argparse.Namespace, root: Path) -> None:
        self._wish = wish
        self._root = root
        self.status = 2

    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        """Nothing is run but in children."""
        try:
            self.status = hunt(self._wish, self._root, session)
        except HuntError as none:
            _say(f"Nothing can be said: {none}")
        return True


def hunt(wish: argparse.Namespace, root: Path, session: pytest.Session) -> int:
    """Try what was asked for, and tell."""
    began = time.monotonic()
    files = _files(root, wish.code)
    every = [one for file in files for one in mutants(root, file) if one.is_live or not file.startswith(_ASKED)]
    wrong = equivalents.errors(wish.equivalents, every)
    # Those are of Kubedrill's own oracle alone.
    turned = [*switches()] if tuple(wish.code) == _CODE else []
    chosen = _chosen(wish, [*turned, *every], root, files)
    if wrong or not chosen:
        _say("\n".join(wrong) or "There is no such mutant.")
        return 2
    search = Hunt(root=root, code=files, paths=wish.tests, workers=wish.workers, session=session)
    search.look()
    _say(f"{len(session.items)} tests know their lines after {time.monotonic() - began:.0f} s")
    tally = Tally(reasons=equivalents.read(wish.equivalents))
    of_checks = [one for one in chosen if isinstance(one, Switch)]
    fates = chain(search.fates([one for one in chosen if isinstance(one, Mutant)]), search.turned(of_checks))
    status = _counted(fates, tally, loudly=bool(wish.only), number=len(chosen))
    _say("\n".join(tally.lines(time.monotonic() - began)))
    return status or tally.status


def _counted(fates: Iterator[Fate], tally: Tally, *, loudly: bool, number: int) -> int:
    """Count them all, or as many as there is time for: what is known by then is told."""
    told = time.monotonic()
    try:
        for fate in fates:
            for line in tally.add(fate, loudly=loudly):
                _say(line)
            if time.monotonic() - told > _EVERY_SECONDS:
                told = time.monotonic()
                _say(f"{tally.tried} of {number} tried")
    except KeyboardInterrupt:
        _say(f"Interrupted after {tally.tried} of {number}.")
        return 130
    return 0


def _files(root: Path, code: Sequence[str]) -> list[str]:
    found = [path for one in code for path in ([root / one] if (root / one).is_file() else (root / one).glob("*.py"))]
    return sorted(str(path.relative_to(root)) for path in found)


def _chosen(
    wish: argparse.Namespace, every: list[Mutant | Switch], root: Path, files: Sequence[str]
) -> list[Mutant | Switch]:
    if wish.only:
        every = [one for one in every if {one.key, one.file} & {*wish.only}]
    if wish.only and not wish.sample:
        return every
    if not wish.sample or wish.sample >= len(every):
        _say(f"All {len(every)} mutants of {', '.join(wish.code)}")
        return every
    seed = wish.seed or _digest(root, files)
    _say(f"{wish.sample} of {len(every)} mutants of {', '.join(wish.code)}: --sample {wish.sample} --seed {seed}")
    return random.Random(seed).sample(every, wish.sample)


def _digest(root: Path, files: Sequence[str]) -> str:
    """Another sample for another oracle, and the same one for the same."""
    return hashlib.sha256(b"\0".join((root / file).read_bytes() for file in files)).hexdigest()[:8]


def _say(text: str) -> None:
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


def main(given: Sequence[str]) -> int:
    """Collect the tests, and hunt."""
    asked = argparse.ArgumentParser(prog="python -m tests.mutants", description=__doc__)
    asked.add_argument("--sample", type=int, default=0, metavar="N", help="So many, chosen by the seed; else all.")
    asked.add_argument("--seed", default="", help="What chooses them; else the digest of the code.")
    asked.add_argument(
        "--only",
        nargs="+",
        default=[],
        metavar="KEY",
        help="Only these, or those of these files; 'switches' are the checks and the judge.",
    )
    asked.add_argument("--workers", type=int, default=os.cpu_count() or 1, help="How many at once.")
    asked.add_argument("--code", nargs="+", default=_CODE, help="What is changed.")
    asked.add_argument("--tests", nargs="+", default=_TESTS, help="Who has to notice.")
    asked.add_argument("--equivalents", type=Path, default=equivalents.LISTED, help="What nobody can notice.")
    wish = asked.parse_args(given)
    if wish.workers < 1 or wish.sample < 0:
        asked.error("there is at least one worker, and no sample is smaller than nothing")
    # A time limit of somebody else's is an interrupt as well.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    session = _Session(wish, Path.cwd())
    pytest.main([*OPTIONS, *wish.tests], plugins=[session])
    return session.status


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
