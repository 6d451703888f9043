"""One input, made from its seed alone, and what a reader makes of it."""

from __future__ import annotations

import bisect
import contextlib
import functools
import itertools
import resource
import signal
import traceback
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from random import Random
from types import FrameType

from tests.fuzz.parser import Parser, Parts, why_unclear

#: Of the processor's own time: a busy host makes nobody slow. Good inputs take milliseconds.
DEADLINE_SECONDS = 5.0
#: Beyond what the worker holds when it begins.
MEMORY_MIB = 1024


class HangError(BaseException):
    """A reader takes for ever; no reader may mistake this for an error of its own."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Trial:
    """What became of one input; nothing in `wrong` means that it was read or refused as it should be."""

    seed: int
    parser: str
    refused: bool = False
    wrong: str = ""
    given: str = ""


def chosen(seed: int, parsers: Sequence[Parser]) -> tuple[Parser, Parts]:
    """The reader and the input that a seed stands for."""
    chance = Random(seed)
    ends = _ends(tuple(one.weight for one in parsers))
    parser = parsers[bisect.bisect(ends, chance.random() * ends[-1])]
    return parser, parser.some_input(chance)


@functools.cache
def _ends(weights: tuple[float, ...]) -> tuple[float, ...]:
    return tuple(itertools.accumulate(weights))


def tried(seed: int, parsers: Sequence[Parser]) -> Trial:
    """Let the reader read; a limit of time has to be set by `limited`."""
    parser, parts = chosen(seed, parsers)
    signal.setitimer(signal.ITIMER_PROF, DEADLINE_SECONDS)
    refused, wrong = False, ""
    try:
        parser.read(*parts)
    except parser.refusals as refusal:
        refused, unclear = True, why_unclear(refusal, is_shown=parser.is_shown)
        wrong = f"refused by {type(refusal).__name__}, but {unclear}: {str(refusal)[:300]!r}" if unclear else ""
    except HangError:
        wrong = f"it was not done after {DEADLINE_SECONDS:.0f} s"
    except (KeyboardInterrupt, SystemExit):
        raise
    except BaseException as crash:  # noqa: BLE001
        wrong = f"{type(crash).__name__}: {str(crash)[:300]} {_where(crash)}"
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
    return Trial(seed=seed, parser=parser.name, refused=refused, wrong=wrong, given=repr(parts) if wrong else "")


def _where(crash: BaseException) -> str:
    frames = [one for one in traceback.extract_tb(crash.__traceback__) if "/harness/" in one.filename]
    return f"({frames[-1].filename.partition('/harness/')[2]}:{frames[-1].lineno})" if frames else ""


@contextlib.contextmanager
def limited() -> Iterator[None]:
    """Let each trial have no more time and memory than it should need."""

    def ring(number: int, frame: FrameType | None) -> None:  # noqa: ARG001
        raise HangError

    before = signal.signal(signal.SIGPROF, ring)
    soft, hard = resource.getrlimit(resource.RLIMIT_AS)
    wanted = _held() + MEMORY_MIB * 2**20
    resource.setrlimit(resource.RLIMIT_AS, (wanted if hard == resource.RLIM_INFINITY else min(wanted, hard), hard))
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        resource.setrlimit(resource.RLIMIT_AS, (soft, hard))
        signal.signal(signal.SIGPROF, before)


def _held() -> int:
    with open("/proc/self/statm") as told:  # noqa: PTH123
        return int(told.read().split()[0]) * resource.getpagesize()
